import { availableParallelism } from "node:os";
import { type OptimizerFactory, optimizers, Parameters, type Schedule, schedules } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import { patienceFindings } from "../src/config/findings.ts";
import { buildHyperparameters, hyperparameterFindings } from "../src/config/hyperparameters.ts";
import { checkStepMemory } from "../src/config/memory.ts";
import { buildModel } from "../src/config/model.ts";
import { checkNames } from "../src/config/names.ts";
import { buildOptimizer, optimizerNamed } from "../src/config/optimizer.ts";
import { parseConfig } from "../src/config/parse.ts";
import { whyOtherModel } from "../src/config/recipes.ts";
import { type DataFacts, knownRate, resolveConfig } from "../src/config/resolve.ts";
import { buildRunSchedule } from "../src/config/run-schedule.ts";
import { buildSchedule, scheduleNames } from "../src/config/schedule.ts";
import type { GivenConfig } from "../src/config/schema.ts";
import type { ScheduleSetting } from "../src/config/settings/values.ts";
import { ConfigError } from "../src/error.ts";
import { rateSource } from "../src/search/rate-source.ts";

const grey: DataFacts = {
  imageShape: [1, 28, 28],
  train: { length: 1000 },
  validation: null,
};
const resolve = (given: Partial<GivenConfig>, data = grey) => resolveConfig({ data: "x", ...given }, data);
const rateOf = (given: Partial<GivenConfig>) => {
  const config = resolve(given);
  const { lr, clock } = buildRunSchedule(config, grey.train.length);
  return buildOptimizer({ ...config, hyperparameters: buildHyperparameters(config, clock) }, lr);
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
    [{ data: "x", batchSchedule: 3 }, "c: batchSchedule = 3: expected a text or an object"],
    [{ data: "x", largestBatch: 0 }, "c: largestBatch = 0: expected at least 1"],
    [{ data: "x", momentum: 1 }, "c: momentum = 1: expected less than 1"],
    [{ data: "x", weightDecay: "linear" }, 'c: weightDecay = "linear": expected a number or an object'],
    [{ data: "x", order: "random" }, 'c: order = "random": expected "shuffled", "sequential", "easy-first"'],
    [{ data: "x", lookahead: 1 }, "c: lookahead = 1: expected true or false"],
    [{ data: "x", groups: [{ lrFactor: 2 }] }, "c: groups.0.match is missing: expected a text"],
    [{ data: "x", channels: 4 }, "c: channels = 4: expected 1 or 3"],
    [{ data: "x", augment: [3] }, "c: augment.0 = 3: expected a text or an object"],
    [{ data: "" }, 'c: data = "": expected a text that is not empty'],
    [{ data: "x", lr: Number.POSITIVE_INFINITY }, "c: lr = Infinity: expected a number"],
    [{ data: "x", groups: [{ match: "(" }] }, 'c: groups.0.match = "(": expected a regular expression'],
    [{ data: "x", epochs: 1e7 }, "c: epochs = 10000000: expected at most 1000000"],
    [{ data: "x", threads: 100000 }, "c: threads = 100000: expected at most 256"],
    [{ data: "x", imageSize: 5000 }, "c: imageSize = 5000: expected at most 4096"],
    [{ data: "x", bands: [1, 2] }, "c: bands = [1,2]: expected one or three band numbers"],
    [{ data: "x", valueRange: [5, 5] }, "c: valueRange = [5,5]: expected two different numbers, black and white"],
    [JSON.parse('{"data":"x","__proto__":{"epochs":3}}'), "c: __proto__: '__proto__' is not a setting. Remove it."],
    [JSON.parse('{"data":"x","hyperparameters":{"__proto__":{}}}'), "c: hyperparameters.__proto__: '__proto__' is not"],
    [
      { data: "x", modelOptions: { constructor: { prototype: 1 } } },
      "c: modelOptions.constructor: 'constructor' is not",
    ],
    [{ data: "x", groups: [{ match: "x", prototype: 1 }] }, "c: groups.0.prototype: 'prototype' is not a setting"],
  ])("%j", (given, message) => {
    expect(() => parseConfig(given, "c")).toThrow(message);
  });

  test("a value of a million characters is shown by its first ones", () => {
    const given = { data: "x", epochs: "9".repeat(1e6) };
    expect(() => parseConfig(given, "c")).toThrow(`c: epochs = "${"9".repeat(76)}...: expected a number`);
  });

  test("settings that are nested 100,000 deep", () => {
    const given = JSON.parse(`{"groups":${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}}`);
    expect(() => parseConfig(given, "c")).toThrow("c: groups is nested more than 16 levels deep");
  });

  test.each<[Partial<GivenConfig>, string | RegExp]>([
    [{ model: "lenett" }, "model = 'lenett': did you mean 'lenet'?"],
    [{ optimizer: "rmsprob" }, "optimizer = 'rmsprob': did you mean 'rmsprop'?"],
    [{ schedule: "cosin" }, "schedule = 'cosin': did you mean 'cosine'?"],
    [{ schedule: { kind: "step", size: 3 } }, "schedule: step: unknown argument 'size'"],
    [{ schedule: { kind: "step", unit: "days" } }, 'schedule.unit = "days": expected "steps" or "epochs"'],
    [{ schedule: "plateau", warmup: 1 }, "schedule: plateau depends on the loss and has no warm-up. Remove warmup."],
    [{ augment: ["flop"] }, "augment[0]: unknown kind \"flop\": did you mean 'flip'?"],
    [{ augment: [{ kind: "crop", padding: -1 }] }, "augment[0] (crop): padding = -1: expected"],
    [{ batchSize: 1001 }, 'batchSize = 1001: expected at most 1000, the training images, or "all"'],
    [
      { earlyStopping: 3 },
      "earlyStopping: there are no validation images, and test images must not decide when to stop. Set validationShare = 0.1.",
    ],
    [{ hyperparameters: { lr: 3 } }, "hyperparameters.lr: expected the learning rate as lr"],
    [{ hyperparameters: { beta: 3 } }, "sgd: unknown hyperparameter 'beta'"],
    [
      { batchSchedule: "step", increaseBatchInsteadOfDecay: true },
      "batchSchedule and increaseBatchInsteadOfDecay: both change the batch size. Remove batchSchedule, or remove",
    ],
    [
      { largestBatch: 100 },
      "largestBatch = 100: the batch size is constant. Set batchSchedule, set increaseBatchInsteadOfDecay = true, or",
    ],
    [
      { batchSize: "all", batchSchedule: "step" },
      'batchSize = "all" with batchSchedule: expected the number of images',
    ],
    [{ batchSize: "all", increaseBatchInsteadOfDecay: true }, 'batchSize = "all" with increaseBatchInsteadOfDecay'],
    [{ batchSchedule: "stepp" }, "batchSchedule = 'stepp': did you mean 'step'?"],
    [{ batchSchedule: "plateau" }, "batchSchedule: plateau depends on the loss"],
    [{ batchSchedule: { kind: "step", unit: "steps" } }, 'batchSchedule.unit = "steps": expected "epochs"'],
    [{ batchSchedule: { kind: "step", size: 2 } }, "batchSchedule: step: unknown argument 'size'"],
    [
      { batchSchedule: "step", batchSize: 200 },
      "a tenth of trainSize is 100: expected a maximum of at least 200, the first batch size. Set largestBatch.",
    ],
    [{ increaseBatchInsteadOfDecay: true, largestBatch: 10 }, "maximum = 10: expected a maximum of at least 64"],
    [{ increaseBatchInsteadOfDecay: true, largestBatch: 2000 }, "maximum = 2000: expected at most trainSize = 1000"],
    ...(
      [
        [{ schedule: "oneCycle" }, "'oneCycle' rises"],
        [{ schedule: "cyclical" }, "'cyclical' rises"],
        [{ schedule: { kind: "cosineWarmRestarts" } }, "'cosineWarmRestarts' rises"],
        [{ schedule: "plateau" }, "'plateau' depends on the loss"],
        [{ schedule: "constant" }, "'constant' never falls"],
        [{ schedule: "cosine", warmup: 1 }, "'cosine' with a warm-up rises"],
      ] as const
    ).map(([given, problem]): [Partial<GivenConfig>, string] => [
      { ...given, increaseBatchInsteadOfDecay: true },
      `increaseBatchInsteadOfDecay: the schedule ${problem}. Expected one that only falls: multiStep, step, cosine`,
    ]),
    [{ weightDecay: { kind: "plateau" } }, "weightDecay: plateau depends on the loss"],
    [{ weightDecay: { kind: "lineer" } }, "weightDecay = 'lineer': did you mean 'linear'?"],
    [
      { optimizer: "adam", weightDecay: { kind: "linear" } },
      'weightDecay: the schedule has no base value, since weightDecay is 0 by default. Expected a base, such as { "kind": "linear", "base": 0.01 }.',
    ],
    [
      { momentum: { kind: "linear", endFactor: -1 } },
      /^at step 48: sgd: momentum = -0\.1\d+: expected a number in \[0, inf\)$/,
    ],
    [{ optimizer: "adam", momentum: { kind: "linear" } }, "adam: unknown hyperparameter 'momentum'"],
    [{ hyperparameters: { dampening: { kind: "cosine", tmax: 3 } } }, "dampening is 0 by default"],
    [{ optimizer: "adam", hyperparameters: { beta1: 3 } }, "adam: beta1 = 3: expected a number in [0, 1)"],
  ])("%j", (given, message) => {
    const build = (): void => {
      rateOf(given);
      buildModel(resolve(given).model, [1, 28, 28], 10);
    };
    expect(build).toThrow(message);
  });
});

describe("models", () => {
  test.each<[string, object, string]>([
    ["mlp", { width: 9 }, "mlp: unknown option 'width': known are: hidden, dropout, initializer"],
    ["resnet20", { dept: 8 }, "resnet: unknown option 'dept': did you mean 'depth'?"],
    ["vgg12", {}, "vgg: depth = 12. Expected 11, 13, 16 or 19"],
    ["resnet-1000000", {}, "resnet: depth = 1000000. Expected 6 n + 2"],
  ])("%s with %j is refused before any data is read", (model, modelOptions, message) => {
    const check = (): void => checkNames({ data: "x", model, modelOptions } as GivenConfig);
    expect(check).toThrow(ConfigError);
    expect(check).toThrow(message);
    expect(check).not.toThrow("(at ");
  });

  test.each<[string, object, string]>([
    ["mlp", { hidden: [1e12] }, "mlp has 787,000,000,000,002 parameters"],
    ["lenet", { hidden: 1e15 }, "1.6e+18 parameters"],
    ["wide-resnet-16-999999", {}, "at least "],
    ["mlp", { hidden: [100_000, 100_000] }, "need at least 121 GB: expected at most "],
  ])("%s with %j needs more memory than there is", (model, modelOptions, message) => {
    expect(() => buildModel(model, [1, 28, 28], 2, modelOptions as Record<string, unknown>)).toThrow(message);
  });

  test("a step of more images at once than memory holds is refused with the bytes", () => {
    expect(() => checkStepMemory(1e9, 1e6)).toThrow(/1,000,000 images at once.*at least .* GB.*Lower largestPart\./);
    expect(() => checkStepMemory(1000, 64)).not.toThrow();
  });

  test("images that are too small for a named model: the size, and the models that take them", () => {
    expect(() => buildModel("airbench", [3, 6, 6], 2)).toThrow(
      "model = 'airbench': images of 6 x 6 are too small. Expected at least 9 x 9, or another model, such as lenet, mlp, resnet, wideResnet.",
    );
  });

  test.each<[shape: DataFacts["imageShape"], model: string, why: string | null]>([
    [[3, 32, 32], "airbench", null],
    [[3, 10, 10], "airbench", null],
    [[3, 9, 9], "lenet", "airbench needs images of at least 10 x 10"],
    [[3, 4, 4], "lenet", "airbench needs images of at least 10 x 10"],
    [[3, 3, 3], "mlp", "airbench needs images of at least 10 x 10"],
    [[3, 2, 2], "mlp", "airbench needs images of at least 10 x 10"],
    [[1, 28, 28], "lenet", null],
    [[1, 1, 1], "mlp", "lenet needs images of at least 4 x 4"],
    [[3, 1, 1000], "mlp", "airbench needs images of at least 10 x 10"],
    [[3, 1000, 8], "lenet", "airbench needs images of at least 10 x 10"],
    [[1, 64, 64], "airbench", null],
  ])("images of %j get %s by default", (imageShape, model, why) => {
    const config = resolve({}, { ...grey, imageShape });
    expect(config.model).toBe(model);
    expect(whyOtherModel(imageShape)).toBe(why);
    expect(buildModel(config.model, imageShape, 2, config.modelOptions).classes).toBe(2);
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
    ["ResNet-18", "resnet18"],
    ["resnet50", "resnet50"],
    ["mobilenet_v3_small", "mobilenetV3Small"],
    ["efficientnet-b0", "efficientnetB0"],
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
    ["another optimizer", [3, 32, 32], { optimizer: "adamw" }, { model: "airbench", lr: 2e-3, groups: [] }],
  ])("the recipe for %s", (_, imageShape, given, expected) => {
    expect(resolve(given, { ...grey, imageShape })).toMatchObject(expected);
  });

  test("a recipe's own rates are those of its paper, for its batches", () => {
    const { lr, groups } = resolve({}, { ...grey, imageShape: [3, 32, 32] });
    // 11.5 / (1024 (1 + 1 / 0.15)) for a sum over images, so 512 times as much for their mean.
    expect(lr).toBeCloseTo(0.75, 3);
    expect(groups).toMatchObject([{ match: "norm\\d\\.bias$", lrFactor: 64 }]);
  });

  test.each<[Partial<GivenConfig>, DataFacts["imageShape"]]>([
    [{}, [1, 28, 28]],
    [{}, [3, 32, 32]],
    [{}, [3, 64, 64]],
    [{ model: "resnet8" }, [3, 32, 32]],
    [{ momentum: 0 }, [1, 28, 28]],
    [{ schedule: "cosine", weightDecay: 0, hyperparameters: { dampening: 0 } }, [3, 32, 32]],
  ])("naming the recipe's own optimizer changes nothing: %j, %j", (given, imageShape) => {
    const data = { ...grey, imageShape };
    expect(resolve({ ...given, optimizer: "SGD" }, data)).toEqual(resolve(given, data));
  });

  test.each(Object.values<OptimizerFactory>(optimizers).map((factory) => [factory.name, factory] as const))(
    "%s has settings that its own ranges allow, and stated ones come first",
    (optimizer, factory) => {
      const { lr, hyperparameters } = resolve({ optimizer });
      expect(() => factory({ ...hyperparameters, lr } as never)).not.toThrow();
      const [name, value] = Object.entries(factory.hyperparameters).find(([key]) => key !== "lr") as [string, number];
      expect(resolve({ optimizer, lr: 0.01, hyperparameters: { [name]: value } })).toMatchObject({
        lr: 0.01,
        hyperparameters: { [name]: value },
      });
    },
  );

  test("weight decay is in the optimizer's unit: of the gradient, or decoupled", () => {
    const decay = (optimizer: string): unknown => resolve({ optimizer }).hyperparameters.weightDecay;
    expect(decay("sgd")).toBe(5e-4);
    expect(decay("aggmo")).toBe(5e-4);
    expect(decay("adamw")).toBe(0.05);
    expect(decay("adam")).toBeUndefined();
  });

  test("a momentum of 0 has no Nesterov look-ahead", () => {
    expect(resolve({ momentum: 0 }).hyperparameters).toMatchObject({ momentum: 0, nesterov: false });
    expect(() => rateOf({ momentum: 0 })).not.toThrow();
  });

  test.each<[number | undefined, number]>([
    [undefined, 0.75],
    [64, 0.75 / 8],
    [1024, 1.5],
    [5000, 1.5],
  ])("a recipe's rate grows with the batch size: %s images, %d", (batchSize, lr) => {
    const data: DataFacts = { ...grey, imageShape: [3, 32, 32], train: { length: 50_000 } };
    expect(resolve(batchSize === undefined ? {} : { batchSize }, data).lr).toBeCloseTo(lr, 2);
  });

  test.each<[Partial<GivenConfig>, DataFacts["imageShape"], boolean]>([
    [{}, [3, 32, 32], true],
    [{ optimizer: "sgd", model: "airbench", batchSize: 128, augment: ["flip"] }, [3, 32, 32], true],
    [{}, [3, 64, 64], true],
    [{}, [1, 28, 28], false],
    [{ model: "resnet8" }, [3, 32, 32], false],
    [{ optimizer: "adamw" }, [3, 32, 32], false],
    [{ momentum: 0.9 }, [3, 32, 32], false],
    [{ schedule: "constant" }, [3, 32, 32], false],
    [{ modelOptions: { widths: [8, 8, 8] } }, [3, 32, 32], false],
    [{ batchSize: 2048 }, [3, 32, 32], false],
  ])("the rate of a recipe is known with its own settings alone: %j, %j: %s", (given, imageShape, isKnown) => {
    const stated: GivenConfig = { data: "x", ...given };
    const facts: DataFacts = { ...grey, imageShape, train: { length: 50_000 } };
    const config = resolveConfig(stated, facts);
    expect(knownRate(stated, config, facts)).toBe(isKnown ? config.lr : null);
  });

  test.each<[epochs: number, images: number, imageShape: DataFacts["imageShape"], boolean]>([
    [10, 25_000, [3, 32, 32], true],
    [4, 50_000, [3, 32, 32], false],
    [4, 10_000, [3, 32, 32], false],
    [12, 1650, [3, 64, 64], true],
    [6, 1650, [3, 64, 64], false],
  ])(
    "the rate of a recipe is not known for short trainings: %d epochs of %d images, %j: %s",
    (epochs, length, imageShape, isKnown) => {
      const facts: DataFacts = { ...grey, imageShape, train: { length } };
      const config = resolveConfig({ data: "x", epochs }, facts);
      expect(knownRate({ data: "x", epochs }, config, facts)).toBe(isKnown ? config.lr : null);
    },
  );

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
      const { hyperparameters } = rateOf(given).parts;
      return [hyperparameters.momentum ?? hyperparameters.beta1].map((value) =>
        typeof value === "function" ? "cycled" : value,
      );
    };
    expect(momenta({})).toEqual(["cycled"]);
    expect(momenta({ momentum: 0.8 })).toEqual([0.8]);
    expect(momenta({ optimizer: "sgd" })).toEqual(["cycled"]);
    expect(momenta({ momentum: 0 })).toEqual([0]);
    expect(momenta({ optimizer: "adamw" })).toEqual(["cycled"]);
    expect(momenta({ schedule: "cosine" })).toEqual([0.9]);
    for (const optimizer of ["schedule-free-sgd", "schedule-free-adamw"]) {
      expect(momenta({ optimizer })).toEqual([0.9]);
      expect(momenta({ optimizer, schedule: "one-cycle" })).toEqual([0.9]);
    }
  });

  test("a schedule-free optimizer keeps its rate, unless a schedule is stated", () => {
    for (const optimizer of ["schedule-free-sgd", "schedule-free-adamw"]) {
      expect(resolve({ optimizer }).schedule).toBe("constant");
      expect(resolve({ optimizer, schedule: "cosine" }).schedule).toBe("cosine");
    }
    expect(resolve({ optimizer: "adamw" }).schedule).toBe("oneCycle");
  });

  test("the decay of a moving average rises to the stated one, so that a short run is not its first weights", () => {
    const { averageDecay } = rateOf({ ema: 0.99 }).parts.hyperparameters;
    const decays = [0, 8, 98, 1e6].map(averageDecay as (step: number) => number);
    expect(decays).toEqual([0.1, 0.5, 99 / 108, 0.99]);
  });

  test("clipValue bounds each gradient element, before clipNorm bounds the norm", () => {
    const plain = { lr: 1, momentum: 0, weightDecay: 0, schedule: "constant" } as const;
    const updated = (given: Partial<GivenConfig>): number[] => {
      const parameters = new Parameters({ weight: [3] });
      parameters.gradient("weight").set([3, -0.25, -9]);
      rateOf({ ...plain, ...given })
        .bind(parameters)
        .step();
      return [...parameters.value("weight")];
    };
    expect(updated({ clipValue: 0.5 })).toEqual([-0.5, 0.25, 0.5]);
    const factor = 0.1 / Math.hypot(0.5, 0.25, 0.5);
    const both = updated({ clipValue: 0.5, clipNorm: 0.1 });
    for (const [i, value] of [-0.5, 0.25, 0.5].entries()) expect(both[i]).toBeCloseTo(factor * value, 5);
  });

  test("a group's rate is its factor times the others'", () => {
    const { parts } = rateOf({ groups: [{ match: "bias$", lrFactor: 64, weightDecay: 0 }] });
    const lr = parts.hyperparameters.lr as (step: number) => number;
    const group = parts.groups[0] as unknown as { lr: (step: number) => number; match: RegExp; weightDecay: number };
    for (const step of [0, 10, 99]) expect(group.lr(step)).toBe(64 * lr(step));
    expect(group).toMatchObject({ match: /bias$/, weightDecay: 0 });
  });
});

describe("where the learning rate comes from", () => {
  const search = (steps: number) => ({ kind: "search", steps });
  const asItIs = (because: string) => ({ kind: "default", because });
  // An epoch is 20 steps.
  test.each<[Partial<GivenConfig>, object]>([
    [{ epochs: 50, lr: 0.1 }, { kind: "stated" }],
    [{ epochs: 50 }, search(200)],
    [{ epochs: 150 }, search(300)],
    [{ epochs: 1000 }, search(400)],
    [{ epochs: 10 }, search(200)],
    [{ epochs: 9 }, asItIs("short")],
    [{ epochs: 9, lr: "auto" }, search(200)],
    ...["adadelta", "prodigy", "dadaptAdamw", "rprop"].flatMap((optimizer): [Partial<GivenConfig>, object][] => [
      [{ epochs: 50, optimizer }, asItIs("learning-rate-free")],
      [{ epochs: 50, optimizer, lr: "auto" }, search(200)],
    ]),
    [{ epochs: 50, optimizer: "lion" }, search(200)],
  ])("%j: %j", (given, expected) => {
    const stated: GivenConfig = { data: "x", batchSize: 50, ...given };
    const config = resolveConfig(stated, grey);
    const { totalSteps } = buildRunSchedule(config, grey.train.length).clock;
    expect(rateSource(stated, config, totalSteps)).toEqual(expected);
  });
});

test("a schedule that is nested 10^4 deep is an error of the configuration", () => {
  let schedule: ScheduleSetting = { kind: "constant", base: 1 };
  for (let level = 0; level < 10_000; level++) schedule = { kind: "chain", schedules: [schedule] };
  expect(() => parseConfig({ data: "x", schedule }, "c")).toThrow(ConfigError);
  expect(() => parseConfig({ data: "x", schedule }, "c")).toThrow(/^c: schedule is nested more than \d+ levels deep/);
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

// 1000 images: 20 steps an epoch.
const FIT = { epochs: 10, batchSize: 50 };

test.each<[what: string, given: Partial<GivenConfig>, texts: readonly string[]]>([
  ["a warm-up longer than the run", { warmup: 12 }, ["warmup does not reach the end of the warm-up (step 240)"]],
  [
    "a cosine that is over before",
    { schedule: { kind: "cosine", unit: "epochs", tMax: 5 } },
    ["cosine ends at step 100"],
  ],
  [
    "a batch size that never changes",
    { batchSchedule: { kind: "step", stepSize: 20 } },
    ["(epoch 20): the run has epochs 0 to 9"],
  ],
  [
    "a growing batch",
    { increaseBatchInsteadOfDecay: true, schedule: { kind: "multiStep", unit: "epochs", milestones: [5, 30] } },
    ["multiStep does not reach the milestone (epoch 30)"],
  ],
  [
    "OneCycle in a run of one step",
    { epochs: 1, batchSize: "all", schedule: "oneCycle" },
    ["oneCycle does not reach the peak (step 1): the run has steps 0 to 0. Raise epochs, or lower batchSize."],
  ],
  ["OneCycle in epochs", { schedule: { kind: "oneCycle", unit: "epochs" } }, []],
  ["OneCycle of as many epochs", { schedule: { kind: "oneCycle", unit: "epochs", totalSteps: 10 } }, []],
  [
    "OneCycle of more epochs",
    { schedule: { kind: "oneCycle", unit: "epochs", totalSteps: 11 } },
    ["the end (step 219)"],
  ],
])("schedules that do not fit the length of a run: %s", (_, given, texts) => {
  const { findings } = buildRunSchedule(resolve({ ...FIT, ...given }), grey.train.length);
  expect(findings.map(({ text }) => text)).toEqual(texts.map((text) => expect.stringContaining(text)));
});

test("a schedule of a hyperparameter, too", () => {
  const setting = resolve({
    ...FIT,
    optimizer: "sgd",
    momentum: { kind: "linear", base: 0.5, totalIters: 300 } as never,
  });
  const { clock } = buildRunSchedule(setting, grey.train.length);
  const findings = hyperparameterFindings(buildHyperparameters(setting, clock), clock);
  expect(findings.map(({ text }) => text)).toEqual([
    expect.stringContaining("momentum: linear does not reach the end"),
  ]);
});

test.each<[what: string, given: Partial<GivenConfig>, held: boolean, texts: readonly string[]]>([
  [
    "a plateau's",
    { schedule: "plateau" },
    true,
    ["needs at least 12 evaluations and an epoch after them, and the run has 10"],
  ],
  ["one that fits", { schedule: { kind: "plateau", patience: 7 } }, true, []],
  ["one that fits by a hair", { schedule: { kind: "plateau", patience: 8 } }, true, ["at least 10 evaluations"]],
  ["few evaluations", { schedule: { kind: "plateau", patience: 3 }, evaluateEvery: 2 }, true, ["and the run has 5"]],
  ["training losses", { schedule: { kind: "plateau", patience: 9 }, evaluateEvery: 2 }, false, ["at least 11 epochs"]],
])("patience that a run cannot exhaust: %s", (_, given, held, texts) => {
  const setting = resolve({ ...FIT, ...given });
  const { lr } = buildRunSchedule(setting, grey.train.length);
  expect(patienceFindings(setting, lr, held).map(({ text }) => text)).toEqual(
    texts.map((text) => expect.stringContaining(text)),
  );
});

test("patience of early stopping that a run cannot exhaust", () => {
  const { lr } = buildRunSchedule(resolve(FIT), grey.train.length);
  const texts = (earlyStopping: number) =>
    patienceFindings({ epochs: 10, evaluateEvery: 2, earlyStopping }, lr, true).map(({ text }) => text);
  expect(texts(3)).toEqual([]);
  expect(texts(4)).toEqual([
    "earlyStopping: a patience of 4 needs at least 5 evaluations and an epoch after them, and the run has 5. Lower earlyStopping, or raise epochs.",
  ]);
});

describe("a batch size that changes", () => {
  const course = (given: Partial<GivenConfig>) => buildRunSchedule(resolve(given), grey.train.length);
  const sizes = (given: Partial<GivenConfig>): number[] => {
    const { batchSize, clock } = course(given);
    return clock.epochEnds.map((_, epoch) => (typeof batchSize === "number" ? batchSize : batchSize(epoch)));
  };
  const doubling = { kind: "step", stepSize: 1, gamma: 2 };

  test.each<[string, Partial<GivenConfig>, number[], number]>([
    ["none", { epochs: 2, batchSize: 50 }, [50, 50], 40],
    ["one that begins with batchSize", { epochs: 3, batchSize: 10, batchSchedule: doubling }, [10, 20, 40], 175],
    ["one with a base of its own", { epochs: 2, batchSchedule: { ...doubling, base: 25 } }, [25, 50], 60],
    ["up to a tenth of the images", { epochs: 3, batchSize: 50, batchSchedule: doubling }, [50, 100, 100], 40],
    [
      "up to a bound",
      { epochs: 3, batchSize: 50, batchSchedule: doubling, largestBatch: 150 },
      [50, 100, 150],
      20 + 10 + 7,
    ],
    [
      "in the place of multiStep, the schedule of whoever states none",
      { epochs: 4, batchSize: 10, increaseBatchInsteadOfDecay: true, largestBatch: 500 },
      [10, 10, 100, 500],
      100 + 100 + 10 + 2,
    ],
    [
      "in the place of a schedule in epochs",
      {
        epochs: 3,
        batchSize: 10,
        increaseBatchInsteadOfDecay: true,
        schedule: { kind: "step", unit: "epochs", stepSize: 1, gamma: 0.5 },
      },
      [10, 20, 40],
      100 + 50 + 25,
    ],
    [
      "in the place of a schedule in steps of the first size",
      {
        epochs: 3,
        batchSize: 10,
        increaseBatchInsteadOfDecay: true,
        schedule: { kind: "step", stepSize: 200, gamma: 0.5 },
      },
      [10, 10, 20],
      100 + 100 + 50,
    ],
  ])("%s", (_, given, expected, steps) => {
    expect(sizes(given)).toEqual(expected);
    expect(course(given).clock.totalSteps).toBe(steps);
  });

  test("the rate stays while the batch grows, then falls, and the noise scale is that of the decaying rate", () => {
    const given = { epochs: 6, batchSize: 20, lr: 0.1, schedule: "step", increaseBatchInsteadOfDecay: true } as const;
    const { lr, batchSize, clock } = course(given);
    const decaying = buildSchedule("step", 0.1, { stepsPerEpoch: 50, totalSteps: 300 });
    const starts = [0, ...clock.epochEnds.slice(0, -1)];
    // Steps of two epochs, each to a tenth: 20, 200 (at most 100), 2000 (at most 100).
    expect(starts.map((step) => Number(lr(step).toPrecision(6)))).toEqual([0.1, 0.1, 0.05, 0.05, 0.005, 0.005]);
    for (const [epoch, start] of starts.entries()) {
      const noise = lr(start) / (batchSize as (epoch: number) => number)(epoch);
      expect(noise).toBeCloseTo(decaying(50 * epoch) / 20, 12);
    }
  });

  test("what a run file says of them is all that it takes to make them again", () => {
    for (const given of [{ batchSchedule: doubling }, { increaseBatchInsteadOfDecay: true }] as const) {
      const { lr, batchSize, clock } = course({ epochs: 4, batchSize: 10, schedule: "cosine", ...given });
      const [rate, size] = [lr, batchSize].map((schedule) =>
        schedules.build(JSON.parse(JSON.stringify((schedule as Schedule).description))),
      ) as [Schedule, Schedule];
      for (let step = 0; step < clock.totalSteps; step++) expect(rate(step)).toBe(lr(step));
      for (let epoch = 0; epoch < 4; epoch++) expect(size(epoch)).toBe((batchSize as Schedule)(epoch));
    }
  });

  test("a schedule of the rate goes by the epochs as they are", () => {
    const growing = { epochs: 4, batchSize: 10, batchSchedule: doubling, lr: 0.1 };
    const [, second, third] = [0, ...course(growing).clock.epochEnds] as [number, number, number];
    const stepwise = course({ ...growing, schedule: { kind: "step", unit: "epochs", stepSize: 1, gamma: 0.5 } }).lr;
    expect([second - 1, second, third - 1, third].map(stepwise)).toEqual([0.1, 0.05, 0.05, 0.025]);
    for (const schedule of ["cosine", { kind: "cosine", unit: "epochs" }]) {
      const { lr, clock } = course({ ...growing, schedule, warmup: 2 });
      expect([0, second, third].map(lr)).toEqual([0, expect.any(Number), 0.1]);
      expect(lr(clock.totalSteps)).toBeCloseTo(0, 12);
    }
  });
});

describe("a hyperparameter with a schedule", () => {
  const valuesOf = (given: Partial<GivenConfig>, name: string): number[] => {
    const value = rateOf({ epochs: 2, batchSize: 100, ...given }).parts.hyperparameters[name];
    return [0, 10, 20].map((step) => (typeof value === "function" ? Number(value(step).toPrecision(6)) : Number.NaN));
  };

  test.each<[string, Partial<GivenConfig>, string, number[]]>([
    ["begins with the recipe's value", { weightDecay: { kind: "linear" } }, "weightDecay", [5e-4, 2.5e-4, 0]],
    [
      "begins with the optimizer's setting",
      { optimizer: "adamw", weightDecay: { kind: "linear" } },
      "weightDecay",
      [0.05, 0.025, 0],
    ],
    ["has a base of its own", { momentum: { kind: "linear", base: 0.8, endFactor: 0.5 } }, "momentum", [0.8, 0.6, 0.4]],
    [
      "counts in epochs",
      { hyperparameters: { weightDecay: { kind: "step", unit: "epochs", stepSize: 1, base: 0.1 } } },
      "weightDecay",
      [0.1, 0.01, 0.001],
    ],
    [
      "has arguments of its kind alone",
      {
        optimizer: "adam",
        hyperparameters: {
          beta2: {
            kind: "piecewise",
            points: [
              [0, 0.9],
              [20, 0.99],
            ],
          },
        },
      },
      "beta2",
      [0.9, 0.945, 0.99],
    ],
  ])("%s", (_, given, name, expected) => {
    expect(valuesOf(given, name)).toEqual(expected);
  });

  test("a momentum that has one is not cycled", () => {
    expect(resolve({ momentum: { kind: "linear", endFactor: 0.5 } })).toMatchObject({
      cycleMomentum: false,
      hyperparameters: { momentum: { kind: "linear", base: 0.9, endFactor: 0.5 } },
    });
  });
});
