import { fileURLToPath } from "node:url";
import { createNetwork, mlp, type Network, resnet } from "@downhill/graph";
import { type DataSet, openDataSet } from "@downhill/images";
import {
  accumulateGradients,
  adam,
  clipByGlobalNorm,
  exponentialMovingAverage,
  type Optimizer,
  oneCycle,
  sgd,
} from "@downhill/optim";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { findLearningRate } from "../src/range-test/index.ts";
import { sweepHyperparameter } from "../src/sweep/index.ts";
import type { Callback, EpochLine, StepLine } from "../src/training/callback.ts";
import type { Checkpoint } from "../src/training/checkpoint.ts";
import { clockOf } from "../src/training/clock.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { train } from "../src/training/train.ts";

// A step is one update. Accumulated batches make the same steps as a batch of all their images.

const folder = fileURLToPath(new URL("../../graph/test/fixtures/fashion-mnist", import.meta.url));
let data: DataSet;
beforeAll(async () => {
  data = await openDataSet(folder, { trainLimit: 230, testLimit: 60 });
});
afterEach(() => void vi.restoreAllMocks());

const network = (): Network => createNetwork(mlp([1, 28, 28], 10, { hidden: [16] }), { seed: 3 });
const accumulated = (optimizer: Optimizer): Optimizer => accumulateGradients(optimizer, { microSteps: 4 });

async function run(options: Pick<TrainOptions, "optimizer" | "batchSize"> & Partial<TrainOptions>) {
  const [steps, epochs]: [StepLine[], EpochLine[]] = [[], []];
  const notes: Callback = {
    name: "notes",
    onStep: (line) => void steps.push(line),
    onEpoch: (line) => void epochs.push(line),
  };
  const callbacks = [...(options.callbacks ?? []), notes];
  const result = await train({ network: network(), data, epochs: 2, seed: 5, ...options, callbacks });
  return { steps, epochs, result };
}

test("four batches of 8 images make the steps of a batch of 32, at the end of an epoch too", async () => {
  const clock = { length: 230, epochs: 2 };
  const { totalSteps } = clockOf({ ...clock, batchSize: 8, microSteps: 4 });
  expect(clockOf({ ...clock, batchSize: 8, microSteps: 4 })).toEqual(clockOf({ ...clock, batchSize: 32 }));
  const optimizer = (): Optimizer =>
    clipByGlobalNorm(sgd({ lr: oneCycle({ maxLr: 0.2, totalSteps }), momentum: 0.9 }), { maxNorm: 2 });
  const whole = await run({ optimizer: optimizer(), batchSize: 32 });
  const parts = await run({ optimizer: accumulated(optimizer()), batchSize: 8, largestPart: 5 });
  expect(parts.result).toMatchObject({ steps: 16, epochs: 2, weightsStep: 16 });
  for (const [i, { microSteps: _, ...line }] of parts.steps.entries()) {
    const expected = whole.steps[i] as StepLine;
    expect(Object.keys(line)).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(line))
      expect(value, `${key} ${i}`).toBeCloseTo(expected[key] as number, 4);
  }
  const facts = ({ steps, batchSize, noiseScale }: EpochLine) => ({ steps, batchSize, noiseScale });
  expect(parts.epochs.map(facts)).toEqual(whole.epochs.map(facts));
  for (const [name, values] of Object.entries(whole.result.weights)) {
    for (const [i, value] of values.entries()) expect(parts.result.weights[name]?.[i]).toBeCloseTo(value, 4);
  }
});

test("a range test and a sweep with accumulated batches are those of whole batches", async () => {
  const options = { network: network(), data, steps: 30, highest: 30, smoothing: 0.5 };
  const whole = await findLearningRate({ ...options, optimizer: sgd({ lr: 0.1 }), batchSize: 32 });
  const parts = await findLearningRate({ ...options, optimizer: accumulated(sgd({ lr: 0.1 })), batchSize: 8 });
  expect(parts.rounds).toBe(whole.rounds);
  expect(parts.curve.lr).toEqual(whole.curve.lr);
  for (const [i, loss] of whole.curve.loss.slice(0, 20).entries()) expect(parts.curve.loss[i]).toBeCloseTo(loss, 3);
  expect(parts.chosen?.lr).toBeCloseTo(whole.chosen?.lr as number, 2);

  const values = { sweep: "momentum", values: [0, 0.9], steps: 4, seeds: 1, probe: 32 } as const;
  const sweeps = [
    { optimizer: sgd({ lr: 0.1, momentum: 0.5 }), batchSize: 32 },
    { optimizer: accumulated(sgd({ lr: 0.1, momentum: 0.5 })), batchSize: 8 },
  ].map((one) => sweepHyperparameter({ network: network(), data, ...one, ...values }));
  const [expected, found] = await Promise.all(sweeps);
  expect(found?.curve.updates).toEqual(expected?.curve.updates);
  for (const [i, loss] of (expected?.curve.loss ?? []).entries()) {
    expect(found?.curve.loss[i]).toBeCloseTo(loss as number, 4);
  }
});

test("a loss that is not finite drops the whole step, with its running statistics", async () => {
  const net = createNetwork(resnet([1, 28, 28], 10, { depth: 8, width: 4 }), { seed: 1 });
  let [kept, weights] = [null as Checkpoint | null, net.parameters.values.slice()];
  const dropped: number[] = [];
  const spoil: Callback = {
    name: "spoil",
    onStep({ step }, training) {
      kept = training.checkpoint();
      weights = net.parameters.values.slice();
      if (step === 1) net.parameters.values.fill(Number.NaN);
    },
    onNonFinite(_, step, training) {
      dropped.push(step);
      net.parameters.values.set(weights);
      const now = training.checkpoint();
      expect(now.weights).toEqual(kept?.weights);
      expect(now.updater).toEqual(kept?.updater);
      expect(now.position).toEqual(kept?.position);
      return true;
    },
  };
  const optimizer = accumulateGradients(adam({ lr: 1e-3 }), { microSteps: 2 });
  const { result, steps } = await run({ network: net, optimizer, batchSize: 40, epochs: 1, callbacks: [spoil] });
  expect(dropped).toEqual([2]);
  // The last of the three steps has 70 images.
  expect(steps.map(({ step }) => step)).toEqual([0, 1]);
  expect(result.steps).toBe(3);
  expect(Number.isFinite(result.evaluation?.loss)).toBe(true);
});

test("trainings of one network return the memory of their optimizers", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const net = createNetwork(mlp([1, 28, 28], 10, { hidden: [512] }), { seed: 3 });
  const view = net.parameters.values;
  for (let i = 0; i < 6; i++) await run({ network: net, optimizer: adam(), batchSize: 230, epochs: 1 });
  expect(view.buffer).toBe(net.parameters.arena.buffer);
  expect(warn).not.toHaveBeenCalled();
});

test("only the parameters that a training trains change", async () => {
  const net = createNetwork(resnet([1, 28, 28], 10, { depth: 8, width: 4 }), { seed: 1 });
  const before = net.parameters.values.slice();
  const buffers = structuredClone(net.buffers);
  const groups = [
    { match: /bn/, weightDecay: 0 },
    { match: "fc.bias", lr: 0.2 },
  ];
  const optimizer = exponentialMovingAverage(adam({ lr: 0.01, weightDecay: 0.1 }, { groups }), { averageDecay: 0.2 });
  const options = { network: net, optimizer, batchSize: 64, epochs: 1, trains: /^fc\./ } as const;
  const { result } = await run(options);
  expect(result.evaluation?.loss).toBeGreaterThan(0);
  expect(net.buffers).toEqual(buffers);
  const initial = createNetwork(net.model);
  initial.parameters.values.set(before);
  for (const name of net.parameters.names) {
    const isSame = net.parameters.value(name).every((x, i) => x === initial.parameters.value(name)[i]);
    expect(isSame, name).toBe(!name.startsWith("fc."));
  }
  await expect(run({ ...options, trains: "head.weight" })).rejects.toThrow("trains = head.weight matches no parameter");
  const other = adam({}, { groups: [{ match: /head/, lr: 1 }] });
  await expect(run({ ...options, optimizer: other })).rejects.toThrow("no tensor is left for the group /head/");
});
