import { createNetwork, mlp } from "@downhill/graph";
import { imageSet } from "@downhill/images";
import { sgd } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../src/config/parse.ts";
import { resolveConfig } from "../src/config/resolve.ts";
import type { GivenConfig } from "../src/config/schema.ts";
import { type ClassWeights, classWeightsOf } from "../src/training/class-weights.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { train } from "../src/training/train.ts";

/** 20 images of 3 x 3 of a frequent class, 8 and 4 of rarer ones. */
const LABELS = Int32Array.from({ length: 32 }, (_, i) => (i < 20 ? 0 : i < 28 ? 1 : 2));
const SET = imageSet({
  images: Uint8Array.from({ length: 32 * 9 }, (_, i) => (i * i * 31 + 7 * (LABELS[Math.floor(i / 9)] as number)) % 256),
  labels: LABELS,
  imageShape: [1, 3, 3],
  classNames: ["cat", "dog", "fox"],
});

describe("class weights", () => {
  test.each<[ClassWeights, number[]]>([
    ["balanced", [32 / 60, 32 / 24, 32 / 12]],
    ["sqrt", [32 / 60, 32 / 24, 32 / 12].map(Math.sqrt)],
    [{ fox: 3 }, [1, 1, 3]],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  ])("%j", (given, expected) => {
    const weights = classWeightsOf(given, SET, 3);
    expect(weights).toHaveLength(3);
    for (const [i, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[i] as number, 12);
  });

  test.each([
    [{ fx: 2 }, "classWeights: there is no class 'fx': did you mean 'fox'?"],
    [{ fox: 0 }, "classWeights.fox = 0: expected a number above 0"],
    [[1, 2], "classWeights has 2 numbers. Expected 3, one for each class."],
    ["balance", 'classWeights = "balance": expected "balanced", "sqrt"'],
  ])("%j does not fit", (given, message) => {
    expect(() => classWeightsOf(given as ClassWeights, SET, 3)).toThrow(message);
  });

  test("classes without training images have the weight 1, and unlabeled images have none to count", () => {
    expect(classWeightsOf("balanced", { length: 4, labels: [0, 0, 0, 2] }, 3)).toEqual([4 / 6, 1, 2]);
    expect(() => classWeightsOf("balanced", { length: 4 }, 3)).toThrow("data.train is images without class labels");
  });
});

describe("settings of the loss and the sampling", () => {
  const facts = { imageShape: [3, 64, 64], train: SET, validation: null } as const;
  const resolve = (given: Omit<GivenConfig, "data">) => resolveConfig(parseConfig({ data: "x", ...given }), facts);

  test("a loss by its name without hyphens; losses without smoothed labels replace the recipe's smoothing", () => {
    expect(resolve({}).labelSmoothing).toBeGreaterThan(0);
    expect(resolve({ loss: "cross-entropy" })).toMatchObject({ loss: "crossEntropy", labelSmoothing: 0.2 });
    expect(resolve({ loss: "focal" })).toMatchObject({ loss: "focal", labelSmoothing: 0 });
    expect(resolve({ loss: { kind: "focal", gamma: 3 } }).loss).toEqual({ kind: "focal", gamma: 3 });
  });

  test.each<[Omit<GivenConfig, "data">, string]>([
    [{ loss: "vocal" }, "loss: unknown loss 'vocal': did you mean 'focal'?"],
    [{ loss: { kind: "focal", gama: 3 } }, "loss: the loss focal has no argument 'gama'. Expected gamma."],
    [{ loss: "focal", labelSmoothing: 0.1 }, "labelSmoothing = 0.1: the loss focal has no smoothed labels"],
    [{ sampling: "balanced", order: "sequential" }, 'sampling = "balanced" with order = "sequential"'],
    [{ classWeights: { cat: -1 } }, "classWeights"],
  ])("%j is refused", (given, message) => {
    expect(() => resolve(given)).toThrow(message);
  });
});

describe("training", () => {
  const OPTIONS: readonly Partial<TrainOptions>[] = [
    { classWeights: { fox: 4 }, sampling: "balanced", loss: { kind: "focal", gamma: 1 } },
    { classWeights: "sqrt", loss: "binaryCrossEntropy", augment: [{ kind: "mixup" }] },
  ];
  const run = async (options: Partial<TrainOptions>) => {
    const network = createNetwork(mlp([1, 3, 3], 3, { hidden: [4] }), { seed: 1 });
    const data = { train: SET, validation: SET };
    const common = { network, data, optimizer: sgd({ lr: 0.1 }), epochs: 2, batchSize: 8, tune: false, threads: 1 };
    const lines: number[] = [];
    const result = await train({
      ...common,
      ...options,
      callbacks: [{ name: "lines", onStep: ({ loss }) => void lines.push(loss) }, ...(options.callbacks ?? [])],
    });
    return { result, lines, weights: JSON.stringify(Object.values(result.weights).map((one) => [...one])) };
  };

  test.each(OPTIONS)("resumed bit for bit, and unlike the default: %j", async (options) => {
    const whole = await run(options);
    let from: TrainOptions["from"];
    await run({
      ...options,
      callbacks: [
        {
          name: "stopper",
          onStep: ({ step }, training) => {
            if (step !== 2) return;
            from = structuredClone(training.checkpoint());
            training.stop("for the test");
          },
        },
      ],
    });
    const resumed = await run({ ...options, ...(from && { from }) });
    expect(resumed.weights).toBe(whole.weights);
    expect(resumed.lines).toEqual(whole.lines.slice(3));
    expect((await run({ augment: options.augment ?? [] })).weights).not.toBe(whole.weights);
  });

  test("the last evaluation has curves and a balanced accuracy, which is the mean of the accuracies of the classes", async () => {
    const { result } = await run({ classWeights: "balanced" });
    const { balancedAccuracy, perClass, ranking } = result.evaluation ?? {};
    expect(balancedAccuracy).toBeCloseTo((perClass ?? []).reduce<number>((sum, one) => sum + (one ?? 0), 0) / 3, 12);
    expect(ranking?.curves).toHaveLength(3);
  });
});
