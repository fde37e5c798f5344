import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createNetwork, lenet, mlp, type Network, resnet } from "@downhill/graph";
import { type DataSet, openDataSet } from "@downhill/images";
import {
  accumulateGradients,
  adamw,
  clipByGlobalNorm,
  constant,
  defineOptimizer,
  exponentialMovingAverage,
  increaseBatchInsteadOfDecay,
  inEpochs,
  lookahead,
  muon,
  type Optimizer,
  plateau,
  sgd,
  step,
} from "@downhill/optim";
import { beforeAll, describe, expect, test } from "vitest";
import { buildOptimizer, type OptimizerSetting } from "../src/config/optimizer.ts";
import { DivergedError } from "../src/error.ts";
import type { Evaluation } from "../src/evaluation/scores.ts";
import { isBetter } from "../src/run/best.ts";
import type { RunEvent } from "../src/run/events.ts";
import { Recorder } from "../src/run/recorder.ts";
import { runPaths } from "../src/run-folder/paths.ts";
import type { Callback, EpochLine, EvaluationPart, StepLine, Training } from "../src/training/callback.ts";
import type { Checkpoint } from "../src/training/checkpoint.ts";
import { clockOf } from "../src/training/clock.ts";
import { stopEarly } from "../src/training/early-stopping.ts";
import { followPlateau } from "../src/training/follow-plateau.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { train } from "../src/training/train.ts";

const folder = fileURLToPath(new URL("../../graph/test/fixtures/fashion-mnist", import.meta.url));
let data: DataSet;
beforeAll(async () => {
  data = await openDataSet(folder, { trainLimit: 230, testLimit: 60 });
});

const network = (): Network => createNetwork(mlp([1, 28, 28], 10, { hidden: [16] }), { seed: 3 });

/** Trains, and returns the result with all lines and events. */
async function run(options: Partial<TrainOptions> & Pick<TrainOptions, "optimizer">) {
  const lines: (StepLine | EpochLine)[] = [];
  const notes: Callback = {
    name: "notes",
    onStep: (line) => void lines.push(line),
    onEpoch: (line) => void lines.push(line),
  };
  const net = options.network ?? network();
  const callbacks = [...(options.callbacks ?? []), notes];
  const result = await train({ network: net, data, epochs: 3, batchSize: 32, seed: 5, ...options, callbacks });
  return { result, lines, weights: result.weights, network: net };
}

type Case = () => Pick<TrainOptions, "optimizer"> & Partial<TrainOptions>;

/** Trainings with all that is kept from step to step. */
const CASES: Readonly<Record<string, Case>> = {
  momentum: () => ({ optimizer: sgd({ lr: 0.05, momentum: 0.9 }) }),
  "averages in wrappers": () => ({
    optimizer: exponentialMovingAverage(lookahead(adamw({ lr: 3e-3 })), { averageDecay: 0.9 }),
  }),
  "several optimizers": () => ({
    optimizer: clipByGlobalNorm(muon({ lr: 0.02, partner: exponentialMovingAverage(adamw({ lr: 3e-3 })) })),
    network: createNetwork(resnet([1, 28, 28], 10, { depth: 8, width: 4 }), { seed: 1 }),
    epochs: 2,
  }),
  "a curriculum": () => ({ optimizer: sgd({ lr: 0.05 }), order: "easy-first" }),
  "a plateau": () => {
    const lr = plateau({ base: 0.3, patience: 0, threshold: 0.5 });
    return { optimizer: sgd({ lr }), callbacks: [followPlateau(lr)] };
  },
  "augmentation and mixed labels": () => ({
    optimizer: sgd({ lr: 0.05 }),
    augment: [{ kind: "crop" }, { kind: "flip" }, { kind: "mixup" }],
    labelSmoothing: 0.1,
  }),
  "batch norm": () => ({
    optimizer: sgd({ lr: 0.05 }),
    network: createNetwork(resnet([1, 28, 28], 10, { depth: 8, width: 4 }), { seed: 1 }),
    epochs: 2,
  }),
  dropout: () => ({
    optimizer: sgd({ lr: 0.05 }),
    network: createNetwork(mlp([1, 28, 28], 10, { hidden: [16], dropout: 0.3 }), { seed: 3 }),
  }),
  "batches in parts": () => ({ optimizer: sgd({ lr: 0.05 }), batchSize: 100, largestPart: 30 }),
  "batches that grow": () => ({
    optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
    batchSize: (epoch) => [16, 50, 115][epoch] as number,
  }),
  "batches that grow beyond their parts": () => ({
    optimizer: sgd({ lr: 0.05 }),
    batchSize: (epoch) => 40 * 2 ** epoch,
    largestPart: 30,
    network: createNetwork(mlp([1, 28, 28], 10, { hidden: [16], dropout: 0.3 }), { seed: 3 }),
  }),
  "accumulated gradients": () => ({
    optimizer: accumulateGradients(adamw({ lr: 3e-3 }), { microSteps: 3 }),
    batchSize: 16,
    largestPart: 10,
  }),
  "an average with batch norm": () => ({
    optimizer: exponentialMovingAverage(sgd({ lr: 0.05 }), { averageDecay: 0.8 }),
    network: createNetwork(resnet([1, 28, 28], 10, { depth: 8, width: 4 }), { seed: 1 }),
    epochs: 2,
  }),
  "the best weights": () => ({
    optimizer: sgd({ lr: (step) => (step < 12 ? 0.05 : 2) }),
    callbacks: [stopEarly({ patience: 3 })],
  }),
  "the order of the files": () => ({ optimizer: sgd({ lr: 0.05 }), order: "sequential" }),
};

describe.each(Object.entries(CASES))("a training with %s", (_, options) => {
  test("is the same again, and the same when it goes on from any moment", async () => {
    const moments = new Set([1, 4, 9, 14]);
    const saved: Checkpoint[] = [];
    const saver: Callback = {
      name: "saver",
      onStep: (line, training) => {
        if (moments.has(line.step)) saved.push(structuredClone(training.checkpoint()));
      },
    };
    const first = options();
    const whole = await run({ ...first, callbacks: [...(first.callbacks ?? []), saver] });
    expect(saved.length).toBeGreaterThan(1);
    for (const from of saved.filter(({ position }) => position.seen > 0)) {
      const again = await run({ ...options(), from });
      expect(again.weights).toEqual(whole.weights);
      expect(again.lines).toEqual(whole.lines.slice(whole.lines.length - again.lines.length));
      expect(again.result.evaluation).toEqual(whole.result.evaluation);
      expect(again.result.spent.images).toBe(whole.result.spent.images);
    }
    expect((await run(options())).weights).toEqual(whole.weights);
  });
});

test("the training learns, as its lines show", async () => {
  const all = await openDataSet(folder);
  const net = createNetwork(lenet([1, 28, 28], 10), { seed: 1 });
  const { lines, result } = await run({
    network: net,
    data: all,
    optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
    epochs: 6,
  });
  const epochs = lines.filter((line) => "train" in line) as EpochLine[];
  expect(epochs.map(({ epoch, steps }) => [epoch, steps])).toEqual(
    [1, 2, 3, 4, 5, 6].map((n) => [n - 1, (n * result.steps) / 6]),
  );
  expect(epochs.at(-1)?.train.loss).toBeLessThan((epochs[0] as EpochLine).train.loss / 2);
  expect(epochs.at(-1)?.evaluation?.part).toBe("test");
  expect(result.evaluation?.accuracy).toBe(epochs.at(-1)?.evaluation?.accuracy);
  // Chance is 0.1.
  expect(result.evaluation?.accuracy).toBeGreaterThan(0.65);
  const first = lines.find((line) => "gradientNorm" in line) as StepLine;
  expect(first).toMatchObject({ step: 0, epoch: 0, batchSize: 32, lr: 0.05, momentum: 0.9 });
});

test("a batch in parts is the batch: gradients are added by the images they are of", async () => {
  const whole = await run({ optimizer: sgd({ lr: 0.1 }), batchSize: 230, epochs: 4 });
  const parts = await run({ optimizer: sgd({ lr: 0.1 }), batchSize: 230, epochs: 4, largestPart: 37 });
  for (const [name, values] of Object.entries(whole.weights)) {
    for (const [i, value] of values.entries()) expect(parts.weights[name]?.[i]).toBeCloseTo(value, 5);
  }
  expect(parts.result.steps).toBe(4);
});

test("batches that grow beyond memory are the batches", async () => {
  const options = { optimizer: sgd({ lr: 0.1 }), batchSize: (epoch: number) => 20 * 3 ** epoch };
  const [whole, parts] = [await run(options), await run({ ...options, largestPart: 25 })];
  const losses = ({ lines }: typeof whole) => lines.flatMap((line) => ("gradientNorm" in line ? [line.loss] : []));
  for (const [i, loss] of losses(whole).entries()) expect(losses(parts)[i]).toBeCloseTo(loss, 5);
  for (const [name, values] of Object.entries(whole.weights)) {
    for (const [i, value] of values.entries()) expect(parts.weights[name]?.[i]).toBeCloseTo(value, 5);
  }
});

test("a growing batch in the place of a falling rate: the noise scale is that of the rate", async () => {
  const rate = step({ base: 0.1, stepSize: 1, gamma: 0.5 });
  const settings = { batchSize: 10, trainSize: 230, epochs: 4, maximum: 40 };
  const { batchSize, lr } = increaseBatchInsteadOfDecay(rate, settings);
  const { stepsPerEpoch, epochEnds, totalSteps } = clockOf({ length: 230, batchSize, epochs: 4 });
  const { lines, result } = await run({
    optimizer: sgd({ lr: inEpochs(lr, stepsPerEpoch), momentum: 0.9 }),
    batchSize,
    epochs: 4,
  });
  const epochs = lines.filter((line): line is EpochLine => "train" in line);
  expect(epochs.map(({ batchSize: size, steps }) => [size, steps])).toEqual(
    [10, 20, 40, 40].map((size, i) => [size, epochEnds[i]]),
  );
  expect(result.steps).toBe(totalSteps);
  const own = lines.filter((line): line is StepLine => "gradientNorm" in line);
  for (const { step: at, epoch, batchSize: size, lr: inForce, noiseScale: noise } of own) {
    expect(inForce).toBe(epoch < 3 ? 0.1 : 0.05);
    const whole = [10, 20, 40, 40][epoch] as number;
    if (at + 1 !== epochEnds[epoch]) expect(size).toBe(whole);
    // 0.1 * 230 / (10 * (1 - 0.9)), halved each epoch.
    expect((noise as number) * (size / whole)).toBeCloseTo(23 / 2 ** epoch, 10);
    expect(epochs[epoch]?.noiseScale).toBeCloseTo(23 / 2 ** epoch, 10);
  }
});

describe("only evaluations count", () => {
  type Losses = readonly (readonly [train: number, evaluation: number | null])[];

  /** The rate of a plateau of patience 0 after each epoch, and the first epoch at which patience 2 ends the training. */
  function follow(losses: Losses, evaluationPart: EvaluationPart | null) {
    const lr = plateau({ base: 1, patience: 0 });
    const callbacks = [followPlateau(lr), stopEarly(2)];
    const stops: number[] = [];
    const rates = losses.map(([loss, evaluated], epoch) => {
      const training = { evaluationPart, stop: () => stops.push(epoch) } as unknown as Training;
      const evaluation = evaluated === null ? null : ({ loss: evaluated } as Evaluation);
      const line = { epoch, train: { loss, accuracy: 0 } } as EpochLine;
      for (const callback of callbacks) callback.onEpoch?.(line, evaluation, training);
      return lr();
    });
    return { rates, stopsAt: stops[0] ?? null };
  }

  // biome-ignore format: a row a case
  test.each<[string, EvaluationPart | null, Losses, rates: number[], stopsAt: number | null]>([
    ["training losses between evaluations", "validation",
      [[2.258, null], [2, 1.565], [1.871, null], [1.8, 1.4]], [1, 1, 1, 1], null],
    ["evaluations that do not improve", "test",
      [[9, null], [8, 2], [7, null], [6, 2], [5, null], [4, 3]], [1, 1, 1, 0.1, 0.1, 0.1 * 0.1], 5],
    ["training losses where nothing is held out", null, [[2, null], [2, null], [1, null]], [1, 0.1, 0.1], null],
  ])("%s", (_, part, losses, rates, stopsAt) => {
    expect(follow(losses, part)).toEqual({ rates, stopsAt });
  });

  test("in a training that evaluates every second epoch and the last", async () => {
    const lr = plateau({ base: 0.05 });
    const observed: number[] = [];
    const { observe } = lr;
    lr.observe = (metric) => {
      observed.push(metric);
      return observe(metric);
    };
    const callbacks = [followPlateau(lr)];
    const { lines } = await run({ optimizer: sgd({ lr }), epochs: 5, evaluateEvery: 2, callbacks });
    const evaluated = lines.flatMap((line) => ("evaluation" in line ? [(line as EpochLine).evaluation?.loss] : []));
    expect(evaluated.map((loss) => loss !== undefined)).toEqual([false, true, false, true, true]);
    expect(observed).toEqual(evaluated.filter((loss) => loss !== undefined));
  });
});

test.each<[string, Optimizer, number | undefined]>([
  ["a rate without momentum", sgd({ lr: 0.1 }), (0.1 * 230) / 32],
  ["Adam's, which has no momentum of that name", adamw({ lr: 1e-3 }), (1e-3 * 230) / 32],
  ["a momentum of 1", sgd({ lr: 0, momentum: 1 }), Number.POSITIVE_INFINITY],
])("the noise scale of %s", async (_, optimizer, expected) => {
  const { lines } = await run({ optimizer, epochs: 1 });
  expect((lines[0] as StepLine).noiseScale).toBeCloseTo(expected as number, 10);
});

test("gradient descent on one part is the mean of all images' gradients, whatever their order", async () => {
  const [a, b] = [
    await run({ optimizer: sgd({ lr: 0.1 }), batchSize: 230 }),
    await run({ optimizer: sgd({ lr: 0.1 }), batchSize: 230, order: "sequential" }),
  ];
  for (const [name, values] of Object.entries(a.weights)) {
    for (const [i, value] of values.entries()) expect(b.weights[name]?.[i]).toBeCloseTo(value, 5);
  }
});

test("evaluation uses the averaged weights, and training continues with the current ones", async () => {
  const current: Float32Array[] = [];
  const last: Callback = {
    name: "last weights",
    onEnd: (_, { network: { parameters } }) => void current.push(Float32Array.from(parameters.values)),
  };
  const wrapped = await run({
    optimizer: exponentialMovingAverage(sgd({ lr: 0.05 }), { averageDecay: 0.5 }),
    callbacks: [last],
  });
  const plain = await run({ optimizer: sgd({ lr: 0.05 }), callbacks: [last] });
  expect(current[0]).toEqual(current[1]);
  expect(wrapped.weights).not.toEqual(plain.weights);
});

// Five steps: no synchronization, and a tenth of what a slow average spans.
test.each<Pick<OptimizerSetting, "lookahead" | "ema">>([
  { lookahead: true, ema: null },
  { lookahead: false, ema: 0.999 },
  { lookahead: true, ema: 0.999 },
])("a short run with %j is evaluated with weights that were trained", async (wrappers) => {
  const setting = { optimizer: "sgd", hyperparameters: { momentum: 0.9 }, groups: [], clipNorm: null };
  const accuracyOf = async (averages: Pick<OptimizerSetting, "lookahead" | "ema">): Promise<number> => {
    const optimizer = buildOptimizer({ ...setting, cycleMomentum: false, ...averages }, constant({ base: 0.1 }));
    const { result } = await run({ optimizer, epochs: 1, batchSize: 46 });
    expect(result.steps).toBe(5);
    return (result.evaluation as Evaluation).accuracy;
  };
  const plain = await accuracyOf({ lookahead: false, ema: null });
  expect(plain).toBeGreaterThan(0.4);
  expect(await accuracyOf(wrappers)).toBeGreaterThan(plain - 0.1);
});

describe("an evaluation whose loss is not finite", () => {
  /** Evaluates with weights of NaN after each step for which the function returns true. */
  const brokenAt = (isBroken: (step: number) => boolean) =>
    defineOptimizer({
      name: "broken",
      title: "Broken averages",
      paper: "",
      hyperparameters: { lr: 0.05, broken: 0 },
      state: ["factor"],
      rule: ["w = w - lr * g", "factor = broken == 1 ? 0 / 0 : 1"],
      evaluation: "factor * w",
      ranges: { broken: "[0, 1]" },
    })({ broken: (step) => Number(isBroken(step)) });
  const recorded = async (isBroken: (step: number) => boolean, callbacks: readonly Callback[] = []) => {
    const folder = mkdtempSync(join(tmpdir(), "downhill-best-"));
    const paths = runPaths(folder);
    const best: boolean[] = [];
    const emit = (event: RunEvent): void => void (event.kind === "epoch" && best.push(event.best));
    const net = network();
    const recorder = new Recorder({
      paths,
      model: net.model,
      totalSteps: 24,
      checkpointSeconds: 30,
      lines: { metrics: 0, timings: 0 },
      emit,
    });
    mkdirSync(paths.checkpoints, { recursive: true });
    const { result } = await run({ network: net, optimizer: brokenAt(isBroken), callbacks: [...callbacks, recorder] });
    recorder.close();
    const hasBest = existsSync(paths.best);
    rmSync(folder, { recursive: true });
    return { best, hasBest, result };
  };

  // An epoch is eight steps.
  test.each<[string, (step: number) => boolean, boolean[]]>([
    ["the first", (step) => step < 8, [false, true]],
    ["every", () => true, [false, false, false]],
  ])("is never the best: %s epoch's", async (_, isBroken, expected) => {
    const { best, hasBest } = await recorded(isBroken);
    expect(best.slice(0, expected.length)).toEqual(expected);
    expect(hasBest).toBe(expected.includes(true));
  });

  test("counts as no better for early stopping", async () => {
    const { result } = await recorded(() => true, [stopEarly(2)]);
    expect(result).toMatchObject({
      epochs: 2,
      stopped: "the validation loss did not improve in 2 consecutive evaluations",
    });
  });

  const finite = { accuracy: 0.5, loss: 1 };
  const NOT_FINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  test.each(NOT_FINITE)("is no better than another, nor kept against another: %d", (loss) => {
    const broken = { accuracy: 0.9, loss };
    expect(isBetter(broken, null)).toBe(false);
    expect(isBetter(broken, { ...finite, step: 1 })).toBe(false);
    expect(isBetter(finite, { ...broken, step: 1 })).toBe(true);
    expect(isBetter(finite, JSON.parse(JSON.stringify({ ...broken, step: 1 })))).toBe(true);
    expect(isBetter({ ...finite, accuracy: loss }, null)).toBe(false);
  });
});

describe("a training ends early", () => {
  test("when the validation loss does not improve", async () => {
    const { result } = await run({ optimizer: sgd({ lr: 0 }), epochs: 20, callbacks: [stopEarly(2)] });
    expect(result.stopped).toBe("the validation loss did not improve in 2 consecutive evaluations");
    expect(result.epochs).toBeLessThan(20);
  });

  test("on request, after the current step", async () => {
    let asked = 0;
    const { result } = await run({ optimizer: sgd({ lr: 0.1 }), shouldStop: () => ++asked > 3 });
    expect(result).toMatchObject({ stopped: "it was stopped on request", steps: 3, epochs: 0, evaluation: null });
  });

  test("when it diverges: with the step, the rate, and weights that are still numbers", async () => {
    const net = network();
    const diverging = run({ network: net, optimizer: sgd({ lr: 1e20 }), epochs: 5 });
    await expect(diverging).rejects.toThrow(DivergedError);
    await expect(diverging).rejects.toThrow(
      /^training diverged at step \d+ with learning rate 100000000000000000000: .*\. Lower lr, set warmup, or set clipNorm\.$/,
    );
    expect(net.parameters.values.every(Number.isFinite)).toBe(true);
  });
});

test("a step whose loss is not finite is left out where a callback skips it", async () => {
  const net = network();
  let kept = net.parameters.values.slice();
  const [done, left]: [number[], number[]] = [[], []];
  const skipping: Callback = {
    name: "skipping",
    onStep({ step }) {
      done.push(step);
      kept = net.parameters.values.slice();
      if (step === 2) net.parameters.values.fill(Number.NaN);
    },
    onNonFinite(loss, step) {
      expect(loss).toBeNaN();
      left.push(step);
      net.parameters.values.set(kept);
      return true;
    },
  };
  const { result } = await run({ network: net, optimizer: sgd({ lr: 0.05 }), callbacks: [skipping] });
  expect(left).toEqual([3]);
  expect(done).toEqual(Array.from({ length: result.steps }, (_, step) => step).filter((step) => step !== 3));
  expect(net.parameters.values.every(Number.isFinite)).toBe(true);
  expect(result.evaluation?.loss).toBeLessThan(3);
});

test.each<[Partial<TrainOptions>, string]>([
  [{ epochs: 0 }, "epochs = 0: expected a whole number of at least 1"],
  [{ batchSize: 231 }, "batchSize = 231: expected a whole number of at least 1 and at most 230, the training images"],
  [{ batchSize: (epoch) => 100 * (epoch + 1) }, "batchSize of epoch 2 = 300: expected a whole number of at least 1"],
  [{ batchSize: (epoch) => 8.5 - epoch / 2 }, "batchSize of epoch 0 = 8.5: expected a whole number of at least 1"],
  [{ evaluateEvery: 1.5 }, "evaluateEvery = 1.5: expected a whole number"],
  [{ seed: 0.5 }, "seed = 0.5: expected a whole number"],
  [{ labelSmoothing: 1 }, "labelSmoothing = 1: expected less than 1"],
])("refused: %j", async (options, message) => {
  await expect(run({ optimizer: sgd(), ...options })).rejects.toThrow(message);
});
