import { fileURLToPath } from "node:url";
import { createNetwork, mlp, type Network, resnet } from "@downhill/graph";
import { type DataSet, type ImageSet, openDataSet } from "@downhill/images";
import { adagrad, adamw, exponentialMovingAverage, type Optimizer, rprop, sgd } from "@downhill/optim";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { png, sweepPlot } from "../src/plots/index.ts";
import { asGood, hasLearned, type Trial } from "../src/sweep/choose.ts";
import {
  type SweepOptions,
  type SweepProgress,
  type SweepResult,
  sweepHyperparameter,
  sweepInWords,
  sweepPositions,
} from "../src/sweep/index.ts";
import { defaultValues, withValue } from "../src/sweep/values.ts";
import type { Callback } from "../src/training/callback.ts";
import type { Checkpoint } from "../src/training/checkpoint.ts";
import { train } from "../src/training/train.ts";
import { parseXml } from "./xml.ts";

vi.setConfig({ testTimeout: 300_000 });
const folder = fileURLToPath(new URL("../../graph/test/fixtures/fashion-mnist", import.meta.url));
let data: DataSet;
beforeAll(async () => {
  data = await openDataSet(folder, { trainLimit: 200 });
});

const network = (): Network => createNetwork(mlp([1, 28, 28], 10, { hidden: [16] }), { seed: 3 });

/** A quick one that learns. */
const sweep = (options: Partial<SweepOptions> = {}): Promise<SweepResult> =>
  sweepHyperparameter({
    network: network(),
    data,
    optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
    batchSize: 16,
    seed: 5,
    sweep: "weightDecay",
    values: [0, 1e-3, 1],
    steps: 25,
    seeds: 2,
    probe: 64,
    ...options,
  });

describe("the choice", () => {
  const trials = (losses: Readonly<Record<number, readonly number[] | null>>): Trial[] =>
    Object.entries(losses).map(([value, list]) => ({ value: Number(value), losses: list }));

  test.each<
    [string, Readonly<Record<number, readonly number[] | null>>, readonly [from: number, best: number, to: number]]
  >([
    ["the best alone, where others are worse", { 1: [1, 1.1], 2: [0.5, 0.51], 3: [0.7, 0.72] }, [2, 2, 2]],
    ["what is within the best's noise", { 1: [0.5, 0.7, 0.6], 2: [0.55, 0.75, 0.65], 3: [1, 1, 1] }, [1, 1, 2]],
    [
      "differences that are steady, and next to nothing",
      { 1: [0.5, 0.5], 2: [0.51, 0.51], 3: [0.53, 0.53] },
      [1, 1, 2],
    ],
    ["values on both sides", { 1: [0.501], 2: [0.5], 3: [0.502] }, [1, 2, 3]],
    ["none that fails with one order", { 1: [0.5, 0.52, 0.54], 2: [0.48, 0.5, 2.3] }, [1, 1, 1]],
    ["none behind one that is worse", { 1: [0.5], 2: [0.9], 3: [0.5001] }, [1, 1, 1]],
    ["none behind one that diverged", { 1: [0.5], 2: null, 3: [0.5001] }, [1, 1, 1]],
  ])("is of %s", (_, losses, [from, best, to]) => {
    const good = asGood(trials(losses), 2);
    expect([good?.from.value, good?.best.value, good?.to.value]).toEqual([from, best, to]);
  });

  test("is none where all diverged", () => {
    expect(asGood(trials({ 1: null, 2: null }), 2)).toBeNull();
  });

  test.each([
    [[1, 1.2], true],
    [[2.29, 2.29], false],
    [[0.5, 1.5], true],
    [[0.1, 4.3], false],
  ])("losses of %j count as learned from 2.3: %s", (losses, learned) => {
    expect(hasLearned({ value: 0, losses }, 2.3)).toBe(learned);
  });
});

test.each<[string, Optimizer, Parameters<typeof defaultValues>[1], readonly number[]]>([
  ["batch sizes that the images allow", sgd(), "batchSize", [16, 32, 64, 128]],
  ["momenta", sgd(), "momentum", [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99]],
  [
    "no momentum of 0 with Nesterov's",
    sgd({ momentum: 0.9, nesterov: true }),
    "momentum",
    [0.5, 0.8, 0.9, 0.95, 0.98, 0.99],
  ],
])("without values, there are %s", (_, optimizer, name, values) => {
  expect(defaultValues(optimizer, name, { batchSize: 64, images: 200 })).toEqual(values);
});

test("groups that have a value of their own keep it", () => {
  const { parts } = withValue(sgd({}, { groups: [{ match: "bias", weightDecay: 0 }] }), "weightDecay", 0.1);
  expect([parts.hyperparameters.weightDecay, parts.groups[0]]).toEqual([0.1, { match: "bias", weightDecay: 0 }]);
});

describe("a sweep", () => {
  test.each<[string, Partial<SweepOptions>]>([
    [
      "weight decay",
      { values: [0, 0.1], optimizer: exponentialMovingAverage(sgd({ lr: 0.05 }), { averageDecay: 0.5 }) },
    ],
    ["momentum", { sweep: "momentum", values: [0, 0.9] }],
    ["batch size", { sweep: "batchSize", values: [8, 32] }],
    ["momentum that diverges", { sweep: "momentum", values: [0, 0.9], optimizer: sgd({ lr: 1e30 }) }],
  ])("of %s changes nothing that it is given, and is the same again", async (_, options) => {
    // Batch norm, so that there are running statistics to be left alone.
    const net = createNetwork(resnet([1, 28, 28], 10, { depth: 8, width: 2 }), { seed: 1 });
    const optimizer = options.optimizer ?? sgd({ lr: 0.05 });
    const before = structuredClone([net.parameters.values.slice(), net.buffers, optimizer.parts.hyperparameters]);
    const quick = { ...options, network: net, optimizer, steps: 4, seeds: 1 };
    const { seconds, ...first } = await sweep(quick);
    const { seconds: again, ...second } = await sweep(quick);
    expect(second).toEqual(first);
    expect([net.parameters.values.slice(), net.buffers, optimizer.parts.hyperparameters]).toEqual(before);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  });

  test("chooses the largest of the values that are as good, with its reason", async () => {
    const progress: SweepProgress[] = [];
    const result = await sweep({ onProgress: (one) => progress.push(one) });
    const { chosen, refusal, curve, before } = result;
    expect(refusal).toBeNull();
    expect(chosen).toMatchObject({ value: 1e-3, interval: [0, 1e-3] });
    expect(chosen?.why).toContain("all values from 0 to 0.001 are as good");
    expect(curve.value).toEqual([0, 1e-3, 1]);
    expect(curve.loss[1]).toBeLessThan(0.8 * before);
    expect(curve.loss[2]).toBeGreaterThan(1.2 * (curve.loss[1] as number));
    for (const [i, loss] of curve.loss.entries()) {
      expect(curve.low[i]).toBeLessThan(loss as number);
      expect(curve.high[i]).toBeGreaterThan(loss as number);
    }
    expect(progress.at(0)).toMatchObject({
      hyperparameter: "weightDecay",
      value: 0,
      training: 0,
      trainings: 6,
      seen: 16,
    });
    expect(progress.at(-1)).toMatchObject({ value: 1, training: 5, images: 400 });
    const words = sweepInWords(result);
    expect(words).toMatch(/^Weight decay 0.001 for sgd: final loss /);
    expect(words).toContain("the same 64 training images");
  });

  test("trains every batch size on the same number of images, in different numbers of steps", async () => {
    const result = await sweep({ sweep: "batchSize", values: [50, 10, 100], batchSize: 10, steps: 20 });
    expect(result.curve.value).toEqual([10, 50, 100]);
    expect(result.curve.updates).toEqual([20, 4, 2]);
    expect(sweepInWords(result)).toContain(
      "number of steps thus ranges from 20 at batch size 10 to 2 at 100, with the same learning rate",
    );
  });

  test("of the momentum of adamw is one of its beta1", async () => {
    const result = await sweep({ sweep: "momentum", optimizer: adamw({ lr: 3e-3 }), values: [0.5, 0.9] });
    expect(result).toMatchObject({ sweep: "momentum", hyperparameter: "beta1", optimizer: "adamw", lr: 3e-3 });
    expect(sweepInWords(result)).toMatch(/^Beta1 0\.\d for adamw: /);
  });

  test("evaluates on held-out images if there are any", async () => {
    const held = await openDataSet(folder, { trainLimit: 200, validationShare: 0.1 });
    const quick = { values: [0, 1], steps: 1, seeds: 1, probe: 100_000 };
    expect(await sweep({ ...quick, data: held })).toMatchObject({ part: "validation", probe: held.validation?.length });
    expect(await sweep(quick)).toMatchObject({ part: "training", probe: 200 });
  });

  test("may begin at a moment of a training", async () => {
    const net = network();
    const optimizer = sgd({ lr: 0.05, momentum: 0.9 });
    let from: Checkpoint | undefined;
    const keep: Callback = {
      name: "keep",
      onStep: (line, training) => {
        if (line.step === 17) from = training.checkpoint();
      },
    };
    await train({
      network: net,
      data: { ...data, test: null },
      optimizer,
      epochs: 2,
      batchSize: 16,
      callbacks: [keep],
    });
    const [start, middle] = [await sweep({ steps: 1 }), await sweep({ steps: 1, from: from as Checkpoint })];
    expect(middle.before).toBeLessThan(0.8 * start.before);
  });

  test("never chooses a value that diverges, and leaves out its other trainings", async () => {
    const progress: SweepProgress[] = [];
    const result = await sweep({ values: [0, 1e30], onProgress: (one) => progress.push(one) });
    expect(result.chosen?.value).toBe(0);
    expect(result.curve.loss[1]).toBeNull();
    expect(progress.at(-1)?.training).toBe(2);
    expect(sweepInWords(result)).toContain("Diverged: 1e+30.");
  });

  let asked = 0;
  test.each<[string, Partial<SweepOptions>, RegExp]>([
    ["every value diverges", { optimizer: sgd({ lr: 1e30 }) }, /^every value diverged at learning rate 1e\+30$/],
    [
      "none moves the loss",
      { optimizer: sgd({ lr: 1e-9 }) },
      /^at learning rate 1e-9, no value lowers the loss below that of the untrained network, 2\.\d+, /,
    ],
    ["it is stopped", { shouldStop: () => ++asked > 30 }, /^the sweep was stopped before its last training$/],
  ])("explains why there is no value: %s", async (_, options, refusal) => {
    const result = await sweep(options);
    expect(result.chosen).toBeNull();
    expect(result.refusal).toMatch(refusal);
    expect(sweepInWords(result)).toContain(`No weight decay chosen for sgd: ${result.refusal}.`);
  });

  test.each<[string, Partial<SweepOptions>, string]>([
    [
      "an optimizer without momentum",
      { sweep: "momentum", optimizer: adagrad() },
      "optimizer = 'adagrad': it has no momentum or beta1 to sweep",
    ],
    [
      "an optimizer without weight decay",
      { optimizer: rprop() },
      "optimizer = 'rprop': it has no weightDecay to sweep",
    ],
    [
      "values that are one",
      { values: [0.1, 0.1] },
      "values = [0.1,0.1]: expected at least two different values of weightDecay",
    ],
    ["a weight decay below 0", { values: [-1, 0] }, "values: weightDecay = -1: expected a number of at least 0"],
    [
      "a momentum of 1",
      { sweep: "momentum", values: [0, 1] },
      "values: momentum = 1: expected a number from 0 to below 1",
    ],
    [
      "a value that the optimizer refuses",
      { sweep: "momentum", values: [0, 0.9], optimizer: sgd({ momentum: 0.9, nesterov: true }) },
      "values: momentum = 0: sgd: nesterov needs momentum > 0",
    ],
    [
      "a batch larger than the data",
      { sweep: "batchSize", values: [16, 201] },
      "values: batchSize = 201: expected a whole number from 1 to 200",
    ],
    ["no steps", { steps: 0 }, "steps = 0: expected a whole number of at least 1"],
    ["half a training", { seeds: 1.5 }, "seeds = 1.5: expected a whole number of at least 1"],
    ["a probe without images", { probe: 0 }, "probe = 0: expected a whole number of at least 1"],
  ])("refuses %s", async (_, options, message) => {
    await expect(sweep(options)).rejects.toThrow(message);
  });

  test("refuses images of one class", async () => {
    const labels = new Int32Array(data.train.length).fill(3);
    const same: ImageSet = Object.create(data.train, { labels: { value: labels } });
    await expect(sweep({ data: { ...data, train: same } })).rejects.toThrow(
      "all training images are of one class, '3'",
    );
  });
});

describe("the plot", () => {
  const result: SweepResult = {
    sweep: "weightDecay",
    hyperparameter: "weightDecay",
    optimizer: "sgd",
    lr: 0.05,
    chosen: { value: 1e-3, why: "the loss ends at 0.6", interval: [0, 1e-3] },
    refusal: null,
    remedies: [],
    curve: {
      value: [0, 1e-4, 1e-3, 1e-2, 0.1],
      loss: [0.6, 0.6, 0.61, 3, null],
      low: [0.59, 0.58, 0.6, 2.2, null],
      high: [0.61, 0.62, 0.63, 4, null],
      updates: [100, 100, 100, 100, 17],
    },
    before: 2.3,
    steps: 100,
    images: 6400,
    seeds: 3,
    probe: 512,
    part: "validation",
    seconds: 30,
  };
  const none: SweepResult = { ...result, optimizer: "adamw", chosen: null, refusal: "every value diverged" };

  test.each<[string, SweepResult | readonly SweepResult[], readonly string[]]>([
    ["one sweep", result, ["chosen 0.001", "mean of 3 seeds", "Shaded: ", "Band: ", "×: diverged", "beyond the frame"]],
    ["several optimizers", [result, none], ["sgd, lr 0.05", "adamw, lr 0.05", "sgd 0.001"]],
    [
      "a sweep of which nothing is left",
      { ...none, curve: { value: [1, 2], loss: [null, null], low: [null, null], high: [null, null], updates: [1, 1] } },
      ["weight decay"],
    ],
  ])("of %s is whole on its own, narrow or wide, and a pure function of the result", async (_, results, texts) => {
    for (const width of [720, 340]) {
      const svg = sweepPlot(results, { width });
      parseXml(svg);
      const { document } = parseHTML(svg);
      const words = [...document.querySelectorAll("text")]
        .map((text) => text.textContent)
        .join(" ")
        .replaceAll(/\s+/g, " ");
      expect(document.querySelector("svg")?.getAttribute("aria-label")).toMatch(/^Sweep of weight decay\. .+\.$/s);
      for (const text of texts) expect(words).toContain(text);
      expect(svg.replace(/aria-label="[^"]*"/, "")).not.toMatch(/NaN|undefined|Infinity|\bnull\b/);
      expect(sweepPlot(results, { width })).toBe(svg);
    }
    expect((await png(sweepPlot(results))).length).toBeGreaterThan(1000);
  });

  test.each([
    ["weightDecay", [0, 1e-4, 1e-3, 1e-2], [0, 1 / 3, 2 / 3, 1]],
    ["batchSize", [16, 32, 64], [0, 0.5, 1]],
    ["momentum", [0, 0.9, 0.99], [0, 0.5, 1]],
    ["momentum", [0.9, 0.99], [0, 1]],
    ["weightDecay", [0, 0.1], [0, 1]],
  ] as const)("has %s %j at %j of its width", (name, values, places) => {
    for (const [i, place] of values.map(sweepPositions(name, values)).entries())
      expect(place).toBeCloseTo(places[i] as number, 9);
  });
});
