import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileEvaluation, createNetwork, measureBatchNorm, type Network, resnet } from "@downhill/graph";
import { type DataSet, openDataSet } from "@downhill/images";
import {
  adamw,
  exponentialMovingAverage,
  lookahead,
  type Optimizer,
  scheduleFreeSgd,
  sgd,
  stochasticWeightAveraging,
} from "@downhill/optim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRunCheckpoint, writeRunCheckpoint } from "../src/checkpoints/run-checkpoints.ts";
import { evaluate } from "../src/evaluation/evaluate.ts";
import type { Evaluation } from "../src/evaluation/scores.ts";
import type { Callback, EpochLine } from "../src/training/callback.ts";
import type { Checkpoint } from "../src/training/checkpoint.ts";
import { stopEarly } from "../src/training/early-stopping.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { train } from "../src/training/train.ts";
import { withWarmAverage } from "../src/training/warm-average.ts";

// The weights of a result are those that were evaluated, with their own statistics, and the network holds them.

const folder = fileURLToPath(new URL("../../graph/test/fixtures/fashion-mnist", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "downhill-averages-"));
afterAll(() => rmSync(root, { recursive: true }));
let data: DataSet;
beforeAll(async () => {
  data = await openDataSet(folder, { trainLimit: 160, testLimit: 60 });
});

const network = (): Network => createNetwork(resnet([1, 28, 28], 10, { depth: 8, width: 4 }), { seed: 1 });

/** Evaluates the network as it is now. */
async function evaluated(net: Network): Promise<Evaluation> {
  const inference = await compileEvaluation(net, { batchSize: 60, normalization: data.normalization });
  try {
    return await evaluate(inference, data.test as NonNullable<typeof data.test>, { batchSize: 60 });
  } finally {
    await inference.dispose();
  }
}

const AVERAGES: Readonly<Record<string, () => Optimizer>> = {
  exponentialMovingAverage: () => exponentialMovingAverage(sgd({ lr: 0.1, momentum: 0.9 }), { averageDecay: 0.7 }),
  stochasticWeightAveraging: () => stochasticWeightAveraging(sgd({ lr: 0.1, momentum: 0.9 }), { averageStart: 4 }),
  lookahead: () => lookahead(sgd({ lr: 0.1, momentum: 0.9 })),
  scheduleFreeSgd: () => scheduleFreeSgd({ lr: 0.5 }),
};

test.each(Object.entries(AVERAGES))(
  "%s is evaluated, returned and exported with its own statistics",
  async (_, make) => {
    const net = network();
    let raw: Checkpoint | undefined;
    const last: Callback = {
      name: "last",
      onEnd(_, training) {
        raw = training.checkpoint();
      },
    };
    const result = await train({ network: net, data, optimizer: make(), epochs: 2, batchSize: 16, callbacks: [last] });
    const { accuracy, loss } = await evaluated(net);
    expect(result.evaluation?.accuracy).toBe(accuracy);
    expect(result.evaluation?.loss).toBeCloseTo(loss, 5);

    // The set is one batch of the measurement.
    const images = new Uint8Array(160 * 784);
    for (let i = 0; i < 160; i++) data.train.read(i, images, i * 784);
    await measureBatchNorm(net, [images], { normalization: data.normalization });
    for (const [name, values] of Object.entries(net.buffers)) {
      for (const [i, value] of values.entries()) expect(result.weights[name]?.[i], name).toBeCloseTo(value, 3);
      expect(raw?.weights[name]).not.toEqual(result.weights[name]);
    }
    // The average with the running statistics of the current weights is another model.
    for (const name of Object.keys(net.buffers)) net.buffers[name]?.set(raw?.weights[name] as Float32Array);
    expect((await evaluated(net)).loss).not.toBeCloseTo(loss, 3);
  },
);

describe("an average that is too long for the training", () => {
  test("rises with the step, and the evaluation is of trained weights", async () => {
    const decays: number[] = [];
    const notes: Callback = { name: "notes", onStep: (line) => void decays.push(line.averageDecay as number) };
    const options = { data, epochs: 2, batchSize: 16, callbacks: [notes] };
    const sgd1 = (): Optimizer => sgd({ lr: 0.1, momentum: 0.9 });
    const averaged = await train({ ...options, network: network(), optimizer: exponentialMovingAverage(sgd1()) });
    const plain = await train({ ...options, network: network(), optimizer: sgd1() });
    expect(decays.slice(0, 3)).toEqual([1 / 10, 2 / 11, 3 / 12]);
    expect(averaged.evaluation?.accuracy).toBeGreaterThan((plain.evaluation?.accuracy as number) - 0.1);
  });

  test("a decay that fits, a schedule and other optimizers stay unchanged", () => {
    const decayOf = (optimizer: Optimizer, steps: number): unknown =>
      withWarmAverage(optimizer, steps).parts.hyperparameters.averageDecay;
    const [short, schedule] = [exponentialMovingAverage(adamw(), { averageDecay: 0.9 }), (): number => 0.999];
    expect(decayOf(short, 50)).toBe(0.9);
    expect(decayOf(short, 40)).toBeTypeOf("function");
    expect(decayOf(exponentialMovingAverage(adamw(), { averageDecay: schedule }), 5)).toBe(schedule);
    expect(withWarmAverage(adamw(), 5).parts.hyperparameters.averageDecay).toBeUndefined();
    const groups = [{ match: /bias/, averageDecay: 0.999 }];
    const grouped = withWarmAverage(exponentialMovingAverage(adamw(), { averageDecay: 0.5 }, { groups }), 50);
    expect(grouped.parts.hyperparameters.averageDecay).toBe(0.5);
    expect(grouped.parts.groups[0]).toMatchObject({ averageDecay: expect.any(Function) });
  });
});

describe("early stopping", () => {
  /** Trains with a rate that ruins the weights from the third epoch on. */
  async function stopped(callback: Callback, options: Partial<TrainOptions> = {}) {
    const net = network();
    const lines: EpochLine[] = [];
    const saved: Checkpoint[] = [];
    const notes: Callback = {
      name: "notes",
      onEpoch(line, _, training) {
        lines.push(line);
        saved.push(structuredClone(training.checkpoint()));
      },
    };
    const optimizer = sgd({ lr: (step) => (step < 8 ? 0.1 : 3) });
    const result = await train({
      network: net,
      data,
      optimizer,
      epochs: 6,
      batchSize: 40,
      ...options,
      callbacks: [callback, notes],
    });
    return { net, lines, saved, result };
  }

  test("returns the weights with the lowest loss, also after a resume, and leaves them in the network", async () => {
    const { net, lines, saved, result } = await stopped(stopEarly({ patience: 2 }));
    const losses = lines.map(({ evaluation }) => evaluation?.loss as number);
    const best = losses.indexOf(Math.min(...losses));
    expect(best).toBeLessThan(losses.length - 1);
    expect(result).toMatchObject({ weightsStep: lines[best]?.steps, steps: lines.at(-1)?.steps });
    expect(result.evaluation?.loss).toBe(losses[best]);
    expect((await evaluated(net)).loss).toBeCloseTo(losses[best] as number, 5);

    // Through the files of a run folder.
    const from = { ...(saved.at(-2) as Checkpoint), callbacks: { ...saved.at(-2)?.callbacks, recorder: RECORDER } };
    writeRunCheckpoint(root, from, {}, { metrics: 0, timings: 0 });
    const { checkpoint } = readRunCheckpoint(root, from.position.step);
    expect(checkpoint.kept).toEqual(from.kept);
    const resumed = await stopped(stopEarly({ patience: 2 }), { from: checkpoint });
    expect(resumed.result.weights).toEqual(result.weights);
    expect(resumed.result.evaluation).toEqual(result.evaluation);
  });

  test("returns the last weights with restoreBest: false", async () => {
    const { lines, result } = await stopped(stopEarly({ patience: 2, restoreBest: false }));
    expect(result.weightsStep).toBe(result.steps);
    expect(result.evaluation?.loss).toBe(lines.at(-1)?.evaluation?.loss);
  });

  const RECORDER = { best: null, before: { images: 0, milliseconds: 0, waited: 0 } };
});
