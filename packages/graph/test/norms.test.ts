import { describe, expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import { compile, gradients, input, ops, type Tensor } from "../src/index.ts";
import { checkFunction, checkMistake, checkProgram, direction, noise } from "./differences.ts";
import { evaluate } from "./evaluate.ts";
import "./spatial-rules.ts";

type Inputs = Readonly<Record<string, Tensor>>;
type Row = readonly [what: string, shapes: Readonly<Record<string, readonly number[]>>, of: (inputs: Inputs) => Tensor];

const x = (inputs: Inputs): Tensor => inputs.x as Tensor;
const normalized = (inputs: Inputs): ops.BatchNormResult =>
  ops.batchNorm(x(inputs), inputs.weight as Tensor, inputs.bias as Tensor, { eps: 1e-3 });

const ROWS: readonly Row[] = [
  ["batchNorm of images", { x: [3, 4, 3, 2], weight: [4], bias: [4] }, (inputs) => normalized(inputs).y],
  ["batchNorm of rows", { x: [6, 3], weight: [3], bias: [3] }, (inputs) => normalized(inputs).y],
  [
    "the statistics of a batch",
    { x: [3, 2, 2, 2], weight: [2], bias: [2] },
    (inputs) => {
      const { y, mean, variance } = normalized(inputs);
      return ops.channelAffine(y, mean, variance);
    },
  ],
  [
    "batchNormInference",
    { x: [2, 3, 2, 2], weight: [3], bias: [3], mean: [3], spread: [3] },
    (inputs) => {
      const variance = ops.square(inputs.spread as Tensor);
      const { weight, bias, mean } = inputs as Record<string, Tensor>;
      return ops.batchNormInference(x(inputs), weight as Tensor, bias as Tensor, mean as Tensor, variance, {
        eps: 0.1,
      });
    },
  ],
  [
    "runningStatistics",
    { mean: [3], variance: [3], runningMean: [3], runningVariance: [3] },
    (inputs) => {
      const { mean, variance } = ops.runningStatistics({ ...(inputs as unknown as ops.RunningStatistics), count: 12 });
      return ops.mul(mean, variance);
    },
  ],
  ["channelMean", { x: [3, 2, 2, 3] }, (inputs) => ops.channelMean(x(inputs))],
  ["channelMean of rows", { x: [3, 2] }, (inputs) => ops.channelMean(x(inputs))],
  [
    "channelAffine",
    { x: [3, 2, 4], scale: [2], shift: [2] },
    (inputs) => ops.channelAffine(x(inputs), inputs.scale as Tensor, inputs.shift as Tensor),
  ],
  [
    "layerNorm",
    { x: [3, 2, 5], weight: [5], bias: [5] },
    (inputs) => ops.layerNorm(x(inputs), inputs.weight, inputs.bias),
  ],
  [
    "layerNorm over two axes, without a bias",
    { x: [3, 2, 5], weight: [2, 5] },
    (inputs) => ops.layerNorm(x(inputs), inputs.weight, undefined, { eps: 0.1 }),
  ],
  [
    "layerNorm without a weight",
    { x: [3, 4], bias: [4] },
    (inputs) => ops.layerNorm(x(inputs), undefined, inputs.bias),
  ],
  [
    "layerNorm without either",
    { x: [3, 2, 2] },
    (inputs) => ops.layerNorm(x(inputs), undefined, undefined, { normalizedShape: [2, 2], eps: 0.1 }),
  ],
  [
    "groupNorm",
    { x: [2, 4, 3, 2], weight: [4], bias: [4] },
    (inputs) => ops.groupNorm(x(inputs), 2, inputs.weight, inputs.bias),
  ],
  ["groupNorm of each channel, without either", { x: [2, 3, 4] }, (inputs) => ops.groupNorm(x(inputs), 3)],
  [
    "groupNorm of all channels",
    { x: [2, 3, 4], bias: [3] },
    (inputs) => ops.groupNorm(x(inputs), 1, undefined, inputs.bias),
  ],
];

test.each(ROWS)("value, gradients and their gradients: %s", (_, shapes, of) => checkFunction(shapes, of));

describe("a mean that is large relative to the deviation costs no precision", () => {
  const large = (size: number): Float64Array => noise(size).map((value) => Math.fround(1000 + value));
  const shape = [8, 3, 4, 4];
  test.each([
    ["batchNorm", (tensor: Tensor) => ops.batchNorm(tensor, direction([3]), direction([3], 1)).y],
    ["layerNorm", (tensor: Tensor) => ops.layerNorm(tensor, direction([4, 4]), direction([4, 4], 1))],
    ["groupNorm", (tensor: Tensor) => ops.groupNorm(tensor, 1, direction([3]), direction([3], 1))],
  ] as const)("%s", async (_, of) => {
    const of1000 = input("x", shape);
    const y = of(of1000);
    const [dx] = gradients(ops.sum(ops.mul(y, direction(shape, 2))), [of1000]) as [Tensor];
    const program = await compile({ y, dx });
    const feeds = { x: large(sizeOf(shape)) };
    const found = await program.run({ x: Float32Array.from(feeds.x) });
    await program.dispose();
    const expected = evaluate([y, dx], feeds);
    // float32 numbers near 1000 have an error of 6e-5, and so have their differences from the mean.
    for (const [i, name] of (["y", "dx"] as const).entries()) {
      const [values, right] = [found[name], expected[i] as ArrayLike<number>];
      const error = values.reduce((most, value, k) => Math.max(most, Math.abs(value - (right[k] as number))), 0);
      expect(error, name).toBeLessThan(1e-3);
    }
  });
});

test("running statistics equal PyTorch's: a moving average of the mean and of the unbiased variance", () => {
  const names = ["mean", "variance", "runningMean", "runningVariance"] as const;
  const [mean, variance, runningMean, runningVariance] = names.map((name) => input(name, [1])) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const next = ops.runningStatistics({ mean, variance, runningMean, runningVariance, count: 5 });
  const feeds = { mean: 2, variance: 4, runningMean: 1, runningVariance: 3 };
  const lists = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, Float64Array.of(value)]));
  return checkProgram([next.mean, next.variance], lists, [[0.9 * 1 + 0.1 * 2], [0.9 * 3 + (0.1 * 4 * 5) / 4]]);
});

describe("mistakes name the op, the shapes and the line", () => {
  const images = input("x", [2, 4, 8, 8]);
  const [three, four] = [input("three", [3]), input("four", [4])];
  const rows: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
    [
      "a weight",
      () => ops.batchNorm(images, three, four),
      "batchNorm: x [2, 4, 8, 8] and weight [3]. Expected weight [4]",
    ],
    ["a bias", () => ops.batchNorm(images, four, three), "batchNorm: x [2, 4, 8, 8] and bias [3]. Expected bias [4]"],
    [
      "a variance",
      () => ops.batchNormInference(images, four, four, four, three),
      "batchNormInference: x [2, 4, 8, 8] and variance [3]. Expected variance [4]",
    ],
    [
      "one value",
      () => ops.batchNorm(input("x", [1, 4, 1, 1]), four, four),
      "batchNorm: x [1, 4, 1, 1] has one value per channel. Expected at least two",
    ],
    ["a vector", () => ops.batchNorm(four, four, four), "batchNorm: x [4]. Expected [batch, channels, ...]"],
    [
      "eps",
      () => ops.batchNorm(images, four, four, { eps: -1 }),
      "batchNorm: eps = -1. Expected a number of at least 0",
    ],
    [
      "a count",
      () => ops.runningStatistics({ mean: four, variance: four, runningMean: four, runningVariance: four, count: 1 }),
      "runningStatistics: count = 1. Expected a number above 1",
    ],
    ["a vector", () => ops.channelMean(four), "channelMean: x [4]. Expected [batch, channels, ...]"],
    [
      "a scale",
      () => ops.channelAffine(images, three, 0),
      "channelAffine: x [2, 4, 8, 8], scale [3], shift [4]. Expected x [batch, channels, ...], scale [channels]",
    ],
    [
      "a weight",
      () => ops.layerNorm(images, four),
      "layerNorm: x [2, 4, 8, 8] over [4]. Expected the sizes of the last axes of x",
    ],
    ["a bias", () => ops.layerNorm(input("x", [2, 4]), four, three), "layerNorm: bias [3]. Expected [4]"],
    [
      "no axis",
      () => ops.layerNorm(images),
      "layerNorm: x [2, 4, 8, 8] over []. Expected the sizes of the last axes of x",
    ],
    [
      "groups",
      () => ops.groupNorm(images, 3),
      "groupNorm: x [2, 4, 8, 8] in 3 groups. Expected a number that divides 4",
    ],
    [
      "a weight",
      () => ops.groupNorm(images, 2, three),
      "groupNorm: x [2, 4, 8, 8] and weight [3]. Expected weight [4]",
    ],
    [
      "a type",
      () => ops.groupNorm(input("x", [2, 4], "int32"), 2),
      "groupNorm: an input is int32 [2, 4]. Expected float32",
    ],
  ];
  test.each(rows)("%s", (_, act, message) => checkMistake(act, message));
});
