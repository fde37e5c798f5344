import { availableParallelism } from "node:os";
import { schedules } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import { buildModel } from "../src/config/model.ts";
import { buildOptimizer, optimizerNamed } from "../src/config/optimizer.ts";
import { type DataFacts, resolveConfig } from "../src/config/resolve.ts";
import { buildSchedule, scheduleNames } from "../src/config/schedule.ts";
import { type GivenConfig, parseConfig } from "../src/config/schema.ts";

const grey: DataFacts = {
  imageShape: [1, 28, 28],
  classNames: ["a", "b"],
  train: { length: 1000 },
  validation: null,
};
const resolve = (given: Partial<GivenConfig>, data = grey) => resolveConfig({ data: "x", ...given }, data);
const rateOf = (given: Partial<GivenConfig>) => {
  const config = resolve(given);
  const length = { stepsPerEpoch: 10, totalSteps: 100 };
  return buildOptimizer(config, buildSchedule(config.schedule, config.lr, length, config.warmup));
};

describe("a configuration that is refused, and why", () => {
  test.each<[unknown, string]>([
    [3, 'c: expected an object of settings, such as { "epochs": 5 }'],
    [{ data: "x", epoch: 3 }, "c: unknown key 'epoch': did you mean 'epochs'?"],
    [{ epochs: 3 }, "c: data is missing: expected a text"],
    [{ data: "x", epochs: "five" }, 'c: epochs = "five": expected a number'],
    [{ data: "x", epochs: 0 }, "c: epochs = 0: expected at least 1"],
    [{ data: "x", epochs: 1.5 }, "c: epochs = 1.5: expected a whole number"],
    [{ data: "x", lr: 0 }, "c: lr = 0: expected more than 0"],
    [{ data: "x", batchSize: "some" }, 'c: batchSize = "some": expected a number or "all"'],
    [{ data: "x", labelSmoothing: 1 }, "c: labelSmoothing = 1: expected less than 1"],
    [{ data: "x", order: "random" }, 'c: order = "random": expected "shuffled", "sequential", "easy-first"'],
    [{ data: "x", lookahead: 1 }, "c: lookahead = 1: expected true or false"],
    [{ data: "x", groups: [{ lrFactor: 2 }] }, "c: groups.0.match is missing: expected a text"],
    [{ data: "x", channels: 4 }, "c: channels = 4: expected 1 or 3"],
    [{ data: "x", augment: [3] }, "c: augment.0 = 3: expected a text or an object"],
  ])("%j", (given, message) => {
    expect(() => parseConfig(given, "c")).toThrow(message);
  });

  test.each<[Partial<GivenConfig>, string]>([
    [{ model: "lenett" }, "model = 'lenett': did you mean 'lenet'?"],
    [{ optimizer: "rmsprob" }, "optimizer = 'rmsprob': did you mean 'rmsprop'?"],
    [{ schedule: "cosin" }, "schedule = 'cosin': did you mean 'cosine'?"],
    [{ schedule: { kind: "step", size: 3 } }, "schedule: step: unknown argument 'size'"],
    [{ schedule: { kind: "step", unit: "days" } }, 'schedule.unit = "days": expected "steps" or "epochs"'],
    [{ schedule: "plateau", warmup: 1 }, "schedule: expected no warm-up"],
    [{ augment: ["flop"] }, "augment[0]: unknown kind \"flop\": did you mean 'flip'?"],
    [{ augment: [{ kind: "crop", padding: -1 }] }, "augment[0] (crop): padding = -1: expected"],
    [{ batchSize: 1001 }, 'batchSize = 1001: expected at most 1000, the training images, or "all"'],
    [{ earlyStopping: 3 }, "earlyStopping: expected images to judge by that are not the test's"],
    [{ hyperparameters: { lr: 3 } }, "hyperparameters.lr: expected the learning rate as lr"],
    [{ hyperparameters: { beta: 3 } }, "sgd: unknown hyperparameter 'beta'"],
    [{ optimizer: "adam", hyperparameters: { beta1: 3 } }, "adam: beta1 = 3: expected a number in [0, 1)"],
  ])("%j", (given, message) => {
    const build = (): void => {
      rateOf(given);
      buildModel(resolve(given).model, [1, 28, 28], 10);
    };
    expect(build).toThrow(message);
  });
});

describe("names as people write them", () => {
  test.each([
    ["lenet", "lenet"],
    ["LeNet", "lenet"],
    ["resnet8", "resnet8"],
    ["resnet-20", "resnet20"],
    ["resnet9", "resnet9"],
    ["vgg11", "vgg11"],
    ["wide-resnet-16-4", "wideResnet16-4"],
    ["wideResnet", "wideResnet16-4"],
  ])("the model %s is %s", (name, known) => {
    expect(buildModel(name, [3, 32, 32], 10).name).toBe(known);
  });

  test.each([
    ["AdamW", "adamw"],
    ["schedule-free-sgd", "scheduleFreeSgd"],
  ])("the optimizer %s is %s", (name, known) => {
    expect(optimizerNamed(name).name).toBe(known);
  });
});

describe("what is left open", () => {
  test("the recipe is taken whole where nothing is stated", () => {
    expect(resolve({})).toMatchObject({
      model: "lenet",
      optimizer: "sgd",
      lr: 0.1,
      batchSize: 64,
      seed: 0,
      cycleMomentum: true,
    });
    expect(resolve({}).threads).toBe(availableParallelism());
  });

  test.each<[string, DataFacts["imageShape"], Partial<GivenConfig>, object]>([
    ["small colour images", [3, 32, 32], {}, { model: "airbench", batchSize: 512, cycleMomentum: false, epochs: 10 }],
    ["photographs", [3, 64, 64], {}, { model: "airbench", batchSize: 64, labelSmoothing: 0.2 }],
    ["the recipe's own model by name", [1, 28, 28], { model: "LeNet" }, { model: "lenet", lr: 0.1, augment: [] }],
    ["another model", [3, 32, 32], { model: "resnet8" }, { model: "resnet8", lr: 0.1, batchSize: 64, groups: [] }],
    ["another optimizer", [3, 32, 32], { optimizer: "adamw" }, { model: "airbench", lr: 1e-3, groups: [] }],
  ])("the recipe for %s", (_, imageShape, given, expected) => {
    expect(resolve(given, { ...grey, imageShape })).toMatchObject(expected);
  });

  test("a recipe's own rates are those of its paper, for its batches", () => {
    const { lr, groups } = resolve({}, { ...grey, imageShape: [3, 32, 32] });
    // 11.5 / (1024 (1 + 1 / 0.15)) for a sum over images, so 512 times as much for their mean.
    expect(lr).toBeCloseTo(0.75, 3);
    expect(groups).toMatchObject([{ match: "norm\\d\\.bias$", lrFactor: 64 }]);
  });

  test("another optimizer has its documented defaults, and not the recipe's", () => {
    const { lr, hyperparameters, groups } = resolve({ optimizer: "sgd" });
    expect({ lr, hyperparameters, groups }).toEqual({ lr: 1e-3, hyperparameters: {}, groups: [] });
    expect(resolve({ optimizer: "adamw" }).lr).toBe(1e-3);
  });

  test("augmentations are stated in full, by name however it is hyphenated", () => {
    expect(resolve({ augment: ["color-jitter"] }).augment).toMatchObject([
      { kind: "colorJitter", brightness: expect.any(Number) },
    ]);
    expect(resolve({ augment: ["none"] }).augment).toEqual([]);
  });

  test("a batch of all images is gradient descent", () => {
    expect(resolve({ batchSize: "all" }).batchSize).toBe(1000);
  });

  test("OneCycle cycles a momentum that is there and not stated", () => {
    const momenta = (given: Partial<GivenConfig>): unknown[] => {
      const { settings } = rateOf(given).parts;
      return [settings.momentum ?? settings.beta1].map((value) => (typeof value === "function" ? "cycled" : value));
    };
    expect(momenta({})).toEqual(["cycled"]);
    expect(momenta({ momentum: 0.8 })).toEqual([0.8]);
    expect(momenta({ optimizer: "sgd" })).toEqual([0]);
    expect(momenta({ optimizer: "adamw" })).toEqual(["cycled"]);
    expect(momenta({ schedule: "cosine" })).toEqual([0.9]);
  });

  test("a group's rate is its factor times the others'", () => {
    const { parts } = rateOf({ groups: [{ match: "bias$", lrFactor: 64, weightDecay: 0 }] });
    const lr = parts.settings.lr as (step: number) => number;
    const group = parts.groups[0] as unknown as { lr: (step: number) => number; match: RegExp; weightDecay: number };
    for (const step of [0, 10, 99]) expect(group.lr(step)).toBe(64 * lr(step));
    expect(group).toMatchObject({ match: /bias$/, weightDecay: 0 });
  });
});

describe("schedules that are drawn out over a run", () => {
  const kinds = scheduleNames().filter((name) => name !== "plateau");

  test.each(kinds)("%s begins at or below its rate, stays within it, and ends with the run", (kind) => {
    const schedule = buildSchedule(kind, 0.1, { stepsPerEpoch: 40, totalSteps: 400 });
    const values = Array.from({ length: 400 }, (_, step) => schedule(step));
    for (const value of values) expect(value).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(0.1 + 1e-12);
    expect(Math.max(...values)).toBeGreaterThan(0.09);
    const falls = !["constant", "cyclical", "cosineWarmRestarts"].includes(kind);
    if (falls) expect(values[399]).toBeLessThan(0.05);
  });

  test("durations in epochs are the same as in steps", () => {
    const inEpochs = buildSchedule({ kind: "step", unit: "epochs", stepSize: 3 }, 0.1, {
      stepsPerEpoch: 40,
      totalSteps: 400,
    });
    const inSteps = schedules.step({ base: 0.1, stepSize: 120 });
    for (const step of [0, 119, 120, 240, 399]) expect(inEpochs(step)).toBe(inSteps(step));
  });

  test("a warm-up rises to the schedule, which then ends with the run", () => {
    const schedule = buildSchedule("cosine", 0.1, { stepsPerEpoch: 40, totalSteps: 400 }, 1);
    expect([schedule(0), schedule(20), schedule(40)].map((value) => Number(value.toFixed(6)))).toEqual([0, 0.05, 0.1]);
    expect(schedule(400)).toBeCloseTo(0, 12);
  });
});
