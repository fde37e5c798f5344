import { fileURLToPath } from "node:url";
import { createNetwork, mlp, type Network, resnet } from "@downhill/graph";
import { type DataSet, type ImageSet, openDataSet } from "@downhill/images";
import {
  adagrad,
  adamw,
  exponentialMovingAverage,
  lion,
  type Optimizer,
  oneCycle,
  Parameters,
  rmsprop,
  type StepFunction,
  sgd,
  sweep,
} from "@downhill/optim";
import { beforeAll, describe, expect, test } from "vitest";
import {
  consensusPosition,
  type FinderOptions,
  type FinderProgress,
  type FinderResult,
  type FoundRate,
  finderInWords,
  finderRecord,
  findLearningRate,
  rateText,
} from "../src/range-test/index.ts";
import { rangeTestOptimizer } from "../src/range-test/optimizer.ts";
import type { Callback, StepLine } from "../src/training/callback.ts";
import type { Checkpoint } from "../src/training/checkpoint.ts";
import { train } from "../src/training/train.ts";

const folder = fileURLToPath(new URL("../../graph/test/fixtures/fashion-mnist", import.meta.url));
let data: DataSet;
beforeAll(async () => {
  data = await openDataSet(folder);
});

const network = (): Network => createNetwork(mlp([1, 28, 28], 10, { hidden: [16] }), { seed: 3 });

const find = (options: Partial<FinderOptions> = {}) =>
  findLearningRate({
    network: network(),
    data,
    optimizer: sgd({ momentum: 0.9 }),
    batchSize: 64,
    seed: 5,
    ...options,
  });

/** Batch norm, so that there are running statistics to be left alone. */
const withBuffers = (): Network => createNetwork(resnet([1, 28, 28], 10, { depth: 8, width: 2 }), { seed: 1 });

/** Fifty steps, and all that they depend on and leave. */
async function fiftySteps(net: Network, optimizer: Optimizer, between: (from: Checkpoint) => Promise<void>) {
  const small = await openDataSet(folder, { trainLimit: 200, testLimit: 20 });
  const common = { network: net, data: small, optimizer, batchSize: 8, seed: 2, augment: [{ kind: "crop" }] as const };
  let middle: Checkpoint | undefined;
  const halfway: Callback = {
    name: "halfway",
    onStep: (_, training) => {
      if (training.position.step === 10) {
        middle = training.checkpoint();
        training.stop("halfway");
      }
    },
  };
  await train({ ...common, augment: [...common.augment], epochs: 2, callbacks: [halfway] });
  await between(middle as Checkpoint);
  const lines: StepLine[] = [];
  let last: Checkpoint | undefined;
  const notes: Callback = {
    name: "notes",
    onStep: (line, training) => {
      lines.push(line);
      if (lines.length === 50 - 10) last = training.checkpoint();
    },
  };
  const from = middle as Checkpoint;
  await train({ ...common, augment: [...common.augment], epochs: 2, from, callbacks: [notes] });
  const { weights, updater, position } = last as Checkpoint;
  return { lines, weights, updater, position };
}

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  "sgd with momentum": () => sgd({ lr: 0.05, momentum: 0.9 }),
  adamw: () => adamw({ lr: oneCycle({ maxLr: 3e-3, totalSteps: 50 }) }),
  rmsprop: () => rmsprop({ lr: 1e-3 }),
  adagrad: () => exponentialMovingAverage(adagrad({ lr: 0.01 }), { averageDecay: 0.9 }),
  lion: () => lion({ lr: 3e-4 }),
};

describe.each(Object.entries(OPTIMIZERS))("a training with %s is the same after a range test", (_, optimizer) => {
  test("that ends, throws, diverges or is stopped, at the start or on the way", async () => {
    const without = await fiftySteps(withBuffers(), optimizer(), async () => {});
    const net = withBuffers();
    const own = optimizer();
    const failure = new Error("injected");
    const failAt = (at: number) => (progress: FinderProgress) => {
      if (progress.step === at) throw failure;
    };
    const common = { network: net, optimizer: own, batchSize: 8, steps: 20 };
    const after = await fiftySteps(net, own, async (from) => {
      const before = [net.parameters.values.slice(), structuredClone(net.buffers)];
      expect((await find(common)).curve.lr.length).toBeGreaterThan(0);
      expect((await find({ ...common, from, seeds: 2, probe: 16 })).curve.lr.length).toBeGreaterThan(0);
      await expect(find({ ...common, onProgress: failAt(7) })).rejects.toThrow(failure);
      await expect(find({ ...common, from, onProgress: failAt(0) })).rejects.toThrow(failure);
      const broken = await find({ ...common, lowest: 1e20, highest: 1e30 });
      expect(broken.refusal).toMatch(/^(the sweep began too high|the first losses are not finite)/);
      let asked = 0;
      const stopped = await find({ ...common, shouldStop: () => ++asked > 5 });
      expect(stopped).toMatchObject({ chosen: null, refusal: expect.stringContaining("stopped before its last step") });
      expect(stopped.curve.loss).toHaveLength(5);
      expect([net.parameters.values, net.buffers]).toEqual(before);
    });
    expect(after).toEqual(without);
    expect(without.lines).toHaveLength(40);
    // The numbers are of a training that learns, and not all the same.
    expect(new Set(without.lines.map(({ loss }) => loss)).size).toBe(40);
  }, 180_000);
});

describe("a range test", () => {
  test("finds a rate that trains, says why, and is the same again", async () => {
    const progress: FinderProgress[] = [];
    const result = await find({ onProgress: (one) => progress.push(one) });
    const { chosen, suggestions, curve, refusal } = result;
    expect(refusal).toBeNull();
    expect(chosen).toEqual(suggestions.consensus);
    expect(chosen?.lr).toBeGreaterThan(1e-3);
    expect(chosen?.lr).toBeLessThan(1);
    expect(chosen?.why).toMatch(/^the loss falls from 2\.\d+ to /);
    expect(Object.keys(suggestions)).toHaveLength(6);
    expect(progress.map(({ lr }) => lr).slice(0, curve.lr.length)).toEqual(curve.lr);
    expect(progress[0]).toMatchObject({ seed: 0, seeds: 1, step: 0, steps: 400, lr: 1e-7 });
    const { seconds, ...again } = await find();
    expect({ ...again, seconds: result.seconds }).toEqual(result);

    const loss = async (lr: number) => {
      const { evaluation } = await train({
        network: network(),
        data,
        optimizer: sgd({ lr, momentum: 0.9 }),
        epochs: 3,
        batchSize: 64,
      });
      return evaluation?.loss as number;
    };
    const rate = chosen?.lr as number;
    expect(await loss(rate)).toBeLessThan(await loss(rate / 30));
  }, 180_000);

  test("confirms a rate that is known to be good, unless it is clearly too low or too high", async () => {
    const { chosen, suggestions, known, curve } = await find();
    expect(known).toBeNull();
    const [low, high] = (suggestions.consensus as FoundRate).interval as readonly [number, number];
    const trend = curve.trend as readonly number[];
    const first = trend[0] as number;
    const rateAt = (share: number): number =>
      curve.lr[trend.findIndex((loss) => loss <= first - share * (first - Math.min(...trend)))] as number;
    for (const lr of [rateAt(0.4), low, high * 0.99]) {
      const result = await find({ known: lr });
      expect(result).toMatchObject({
        chosen: { lr, interval: [low, high] },
        known: { lr, confirmed: true },
        suggestions,
      });
      expect(finderInWords(result)).toContain(`the range test confirms the recipe's measured rate of ${rateText(lr)}`);
      expect(finderInWords(result)).toContain(`consensus ${rateText(chosen?.lr as number)}`);
    }
    for (const [lr, what] of [
      [rateAt(0.2), "low"],
      [high * 1.1, "high"],
    ] as const) {
      const result = await find({ known: lr });
      expect(result).toMatchObject({ chosen: { lr: chosen?.lr }, known: { lr, confirmed: false } });
      expect(finderInWords(result)).toContain(`the recipe's measured rate of ${rateText(lr)} is clearly too ${what}`);
    }
    expect((await find({ known: low, choose: "valley" })).chosen).toEqual(suggestions.valley);
  }, 180_000);

  test("repeats data with few batches, and its description reports the repetition", async () => {
    const result = await find({ steps: 60, batchSize: 500 });
    expect(result.rounds).toBe(60 / Math.ceil(data.train.length / 500));
    expect(result.curve.lr.length).toBeGreaterThan(2 * Math.ceil(data.train.length / 500));
    expect(finderInWords(result)).toContain("more steps than the data have batches, so it passed through the images");
    expect(finderInWords(await find({ steps: 10 }))).not.toContain("more steps than");
  });

  test("leaves out the loss of a small rest of an epoch, and not its update", async () => {
    const small = await openDataSet(folder, { trainLimit: 70 });
    const { curve } = await find({ data: small, batchSize: 32, steps: 12, highest: 1e-3 });
    const rates = sweep({ from: 1e-7, to: 1e-3, steps: 12 });
    // Batches of 32, 32 and 6.
    expect(curve.lr).toEqual([0, 1, 3, 4, 6, 7, 9, 10].map((step) => rates(step)));
  });

  test("of several seeds has their median, and a band", async () => {
    const options = { steps: 100, lowest: 1e-4 };
    const ones = [
      await find({ ...options, seed: 5 }),
      await find({ ...options, seed: 6 }),
      await find({ ...options, seed: 7 }),
    ];
    const { curve } = await find({ ...options, seeds: 3 });
    expect(new Set(ones.map((one) => one.curve.loss[1])).size).toBe(3);
    for (const step of [0, 10, 50]) {
      const sorted = ones.map((one) => one.curve.loss[step] as number).sort((a, b) => a - b);
      expect(curve.loss[step]).toBe(sorted[1]);
      expect(curve.low?.[step]).toBeLessThanOrEqual(curve.smoothed[step] as number);
      expect(curve.high?.[step]).toBeGreaterThanOrEqual(curve.smoothed[step] as number);
    }
  });

  test("with a probe has less noise", async () => {
    const options = { steps: 80, lowest: 1e-7, highest: 1e-5, batchSize: 16 };
    const jumps = ({ curve: { loss } }: Awaited<ReturnType<typeof find>>): number =>
      loss.slice(1).reduce((sum, value, i) => sum + Math.abs(value - (loss[i] as number)), 0);
    expect(jumps(await find({ ...options, probe: 64 }))).toBeLessThan(jumps(await find(options)) / 20);
  });

  test("may rise by equal differences", async () => {
    const { curve } = await find({ steps: 20, lowest: 0.001, highest: 0.02, spacing: "linear" });
    expect(curve.lr[10]).toBeCloseTo(0.011, 12);
  });

  test.each<[string, Partial<FinderOptions>, RegExp]>([
    ["every rate diverges", { lowest: 100, highest: 1e4, steps: 50 }, /^the sweep began too high: /],
    [
      "none moves the loss",
      { lowest: 1e-12, highest: 1e-9, steps: 100 },
      /^the loss never falls by more than its noise/,
    ],
    ["it ends too low", { lowest: 1e-6, highest: 0.02, steps: 200 }, /^the sweep ended too low/],
  ])("explains why there is no suggestion: %s", async (_, options, refusal) => {
    const result = await find(options);
    expect(result.chosen).toBeNull();
    expect(result.refusal).toMatch(refusal);
    expect(finderInWords(result)).toContain(`No learning rate chosen for sgd: ${result.refusal}.`);
  });

  test.each<[Partial<FinderOptions>, string]>([
    [{ lowest: 1, highest: 0.1 }, "highest = 0.1: expected a number above the lowest learning rate, 1"],
    [{ lowest: 0 }, "lowest = 0: expected a number above 0"],
    [{ steps: 9 }, "steps = 9: expected a whole number of at least 10"],
    [{ seeds: 0 }, "seeds = 0: expected a whole number of at least 1"],
    [{ probe: -1 }, "probe = -1: expected a whole number of at least 0"],
    [{ position: 2 }, "position = 2: expected a number from 0 to 1"],
    [{ batchSize: 0 }, "batchSize = 0: expected a whole number of at least 1"],
  ])("refuses %j", async (options, message) => {
    await expect(find(options)).rejects.toThrow(message);
  });

  test("refuses images of one class", async () => {
    const labels = new Int32Array(data.train.length).fill(3);
    const train: ImageSet = Object.create(data.train, { labels: { value: labels } });
    await expect(find({ data: { ...data, train } })).rejects.toThrow(
      "all training images are of one class, '3', so there is nothing to learn",
    );
  });
});

test("the optimizer of a test has the sweep's rates, its groups theirs, and all else as at the first step", () => {
  const rates = sweep({ from: 1e-3, to: 1, steps: 11 });
  const cycle = oneCycle({ maxLr: 0.1, totalSteps: 100 });
  const lr: StepFunction = (step) => 0.1 * cycle(step);
  const own = sgd({ lr: cycle, momentum: cycle.momentum, weightDecay: 0.01 }, { groups: [{ match: "bias", lr }] });
  const parameters = new Parameters({ weight: [2], bias: [1] });
  const updater = rangeTestOptimizer(own, rates, 20).bind(parameters);
  updater.restore({ ...updater.state(), step: 20 });
  for (let step = 0; step < 11; step++) {
    updater.step();
    const [bias, others] = updater.groups.map(({ hyperparameters }) => hyperparameters);
    expect(others).toMatchObject({ lr: rates(step), momentum: cycle.momentum(20), weightDecay: 0.01 });
    expect(bias?.lr).toBeCloseTo(0.1 * rates(step), 12);
  }
  expect(own.parts.hyperparameters.lr).toBe(cycle);
});

test("steps without an update do not hold the rates of a test back", () => {
  const rates = sweep({ from: 1e-3, to: 1, steps: 11 });
  let skipped = 0;
  const updater = rangeTestOptimizer(sgd(), rates, 0, () => skipped).bind(new Parameters({ weight: [2] }));
  const inForce = [0, 0, 1, 0, 1].map((skips) => {
    skipped += skips;
    updater.step();
    return updater.hyperparameters.lr;
  });
  expect(inForce).toEqual([0, 1, 3, 4, 6].map((step) => rates(step)));
});

test.each([
  ["sgd", 0.5],
  ["adagrad", 1],
  ["exponentialMovingAverage(lookahead(rmsprop))", 1],
  ["lion", 0],
])("%s takes the rate at %d of the good ones", (name, position) => {
  expect(consensusPosition(name)).toBe(position);
});

test("a result in a file is JSON that has the curve in six digits, and null for infinity", () => {
  const curve = { lr: [1 / 3], loss: [1], smoothed: [1], low: [1], high: [Number.POSITIVE_INFINITY] };
  const record = finderRecord({ curve } as unknown as FinderResult);
  expect(JSON.parse(JSON.stringify(record)).curve).toEqual({
    lr: [0.333333],
    loss: [1],
    smoothed: [1],
    low: [1],
    high: [null],
  });
});
