import { describe, expect, test } from "vitest";
import type { DType } from "../src/core/values.ts";
import { constant, GraphError, input, ops, type Tensor } from "../src/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the point
type Wrong = any;

const of = (...shape: number[]): Tensor => input(`x${shape}`, shape);
const typed = (dtype: DType, ...shape: number[]): Tensor => input(`${dtype}${shape}`, shape, dtype);
const step = input("step", [], "int32");

/** Wrong calls, and the message that each must throw. */
const MISTAKES: readonly (readonly [name: string, act: () => unknown, message: string])[] = [
  ["shapes that do not broadcast", () => ops.add(of(2, 3), of(4)), "add: the shapes [2, 3] and [4] do not broadcast"],
  [
    "shapes of a difference that do not broadcast",
    () => ops.sub(of(2, 3), of(3, 2)),
    "sub: the shapes [2, 3] and [3, 2] do not broadcast",
  ],
  [
    "shapes of a comparison that do not broadcast",
    () => ops.less(of(2), of(3)),
    "less: the shapes [2] and [3] do not broadcast",
  ],
  [
    "a condition that does not broadcast",
    () => ops.where(ops.less(of(4), 0), of(2, 3), 0),
    "where: the shapes [4] (the condition), [2, 3] and [] do not broadcast",
  ],
  [
    "a condition that is not bool",
    () => ops.where(of(3), of(3), 0),
    "where: the condition is float32. Expected bool, such as the result of a comparison",
  ],
  [
    "operands of two types",
    () => ops.mul(of(3), typed("int32", 3)),
    "mul: the operands are float32 and int32. Expected one type. Cast one of them.",
  ],
  [
    "a type that GPUs do not support",
    () => ops.add(typed("uint8", 3), typed("uint8", 3)),
    "add: an input is uint8 [3]. Expected float32 or int32. Cast it.",
  ],
  [
    "a quotient of whole numbers",
    () => ops.div(typed("int32", 3), 2),
    "div: an input is int32 [3]. Expected float32. Cast it.",
  ],
  ["the root of a type", () => ops.sqrt(typed("int32", 3)), "sqrt: an input is int32 [3]. Expected float32. Cast it."],
  [
    "the sum of bool",
    () => ops.sum(ops.less(of(3), 0)),
    "sum: an input is bool [3]. Expected float32 or int32. Cast it.",
  ],
  [
    "a quotient of integers",
    () => ops.div(typed("int32", 3), 2),
    "div: an input is int32 [3]. Expected float32. Cast it.",
  ],
  [
    "the square root of integers",
    () => ops.sqrt(typed("int32", 3)),
    "sqrt: an input is int32 [3]. Expected float32. Cast it.",
  ],
  [
    "the sum of a bool tensor",
    () => ops.sum(ops.less(of(3), 0)),
    "sum: an input is bool [3]. Expected float32 or int32. Cast it.",
  ],
  [
    "a fraction compared with integers",
    () => ops.less(typed("int32", 3), 0.5),
    "less: 0.5 with int32 [3]. Expected a whole number.",
  ],
  [
    "an axis out of range",
    () => ops.sum(of(2, 3), [2]),
    "sum: axes [2] of [2, 3]. Expected each of 0 to 1 at most once.",
  ],
  [
    "an axis listed twice",
    () => ops.max(of(2, 3), [0, -2]),
    "max: axes [0, -2] of [2, 3]. Expected each of 0 to 1 at most once.",
  ],
  [
    "an axis of softmax out of range",
    () => ops.softmax(of(2, 3), 2),
    "softmax: axis 2 of [2, 3]. Expected a whole number from -2 to 1",
  ],
  [
    "the variance of one element",
    () => ops.variance(of(2, 1), [1]),
    "variance: correction = 1. Expected a number below 1, the count",
  ],
  ["a vector in a matrix product", () => ops.matmul(of(3), of(3, 2)), "matmul: [3] times [3, 2]. Expected matrices"],
  [
    "inner sizes that differ",
    () => ops.matmul(of(2, 3), of(4, 5)),
    "matmul: [2, 3] times [4, 5]: the inner sizes 3 and 4 differ",
  ],
  [
    "inner sizes that differ after a transpose",
    () => ops.matmul(of(2, 3), ops.transpose(of(5, 4))),
    "matmul: [2, 3] times [4, 5]: the inner sizes 3 and 4 differ",
  ],
  [
    "batches of matrices that do not broadcast",
    () => ops.matmul(of(2, 3, 4), of(3, 4, 5)),
    "matmul: [2, 3, 4] times [3, 4, 5]: the axes before the last two do not broadcast",
  ],
  [
    "a weight of another width",
    () => ops.dense(of(5, 7), of(4, 8), of(4)),
    "dense: x [5, 7], weight [4, 8], bias [4]. Expected x [..., in], weight [out, in], bias [out]",
  ],
  [
    "a bias of another width",
    () => ops.dense(of(5, 8), of(4, 8), of(8)),
    "dense: x [5, 8], weight [4, 8], bias [8]. Expected x [..., in], weight [out, in], bias [out]",
  ],
  [
    "a weight of one axis",
    () => ops.dense(of(5, 8), of(8)),
    "dense: x [5, 8], weight [8]. Expected x [..., in], weight [out, in]",
  ],
  [
    "labels of another batch size",
    () => ops.crossEntropy(of(5, 10), typed("int32", 4)),
    "crossEntropy: logits [5, 10], labels int32 [4]. Expected logits [N, C] and int32 labels [N], or [N, C, ...] and [N, ...], or float32 probabilities of the shape of the logits.",
  ],
  [
    "float labels",
    () => ops.crossEntropy(of(5, 10), of(5)),
    "crossEntropy: logits [5, 10], labels float32 [5]. Expected logits [N, C] and int32 labels [N]",
  ],
  [
    "label smoothing above 1",
    () => ops.crossEntropy(of(5, 10), typed("int32", 5), { labelSmoothing: 2 }),
    "crossEntropy: labelSmoothing = 2. Expected a number from 0 to 1",
  ],
  [
    "an unknown reduction",
    () => ops.crossEntropy(of(5, 10), typed("int32", 5), { reduction: "median" as Wrong }),
    "crossEntropy: reduction = 'median'. Expected 'mean', 'sum' or 'none'",
  ],
  [
    "a target of another shape",
    () => ops.mse(of(5, 1), of(5)),
    "mse: prediction [5, 1], target [5]. Expected equal shapes",
  ],
  [
    "a dropout probability of 1",
    () => ops.dropout(of(3), { p: 1, step }),
    "dropout: p = 1. Expected a number from 0 to below 1",
  ],
  [
    "a seed that is not a whole number",
    () => ops.dropout(of(3), { seed: 0.5, step }),
    "dropout: seed = 0.5. Expected a whole number",
  ],
  [
    "a step of several numbers",
    () => ops.dropout(of(3), { step: typed("int32", 3) }),
    "dropout: step is int32 [3]. Expected one int32 number",
  ],
  ["a float step", () => ops.dropout(of(3), { step: of() }), "dropout: step is float32 []. Expected one int32 number"],
  [
    "an unknown approximation",
    () => ops.gelu(of(3), { approximate: "sigmoid" as Wrong }),
    "gelu: approximate = 'sigmoid'. Expected 'none' or 'tanh'",
  ],
  [
    "a negative slope of NaN",
    () => ops.leakyRelu(of(3), Number.NaN),
    "leakyRelu: negativeSlope = NaN. Expected a finite number",
  ],
  ["concatenation of no tensors", () => ops.concat([], 0), "concat: no tensors. Expected at least one"],
  [
    "concatenation of tensors whose sizes differ",
    () => ops.concat([of(2, 3), of(2, 3), of(2, 4)], 0),
    "concat: tensor 0 [2, 3] and tensor 2 [2, 4] along axis 0. Expected equal sizes of all other axes",
  ],
  [
    "concatenation of tensors whose ranks differ",
    () => ops.concat([of(2, 3), of(3)], 0),
    "concat: tensor 0 [2, 3] and tensor 1 [3] along axis 0. Expected equal sizes of all other axes",
  ],
  [
    "an empty slice",
    () => ops.slice(of(2, 3), { starts: [2], ends: [1], axes: [1] }),
    "slice: 2:1:1 of axis 1 of [2, 3] is empty. Expected at least one element",
  ],
  [
    "a slice with a step of 0",
    () => ops.slice(of(3), { starts: [0], ends: [3], steps: [0] }),
    "slice: 0:3:0 of axis 0 of [3]. Expected whole numbers, and a step other than 0",
  ],
  [
    "starts without ends",
    () => ops.slice(of(3), { starts: [0], ends: [] }),
    "slice: 1 starts, 0 ends, 1 axes. Expected lists of equal length",
  ],
  [
    "an axis sliced twice",
    () => ops.slice(of(3), { starts: [0, 1], ends: [2, 2], axes: [0, -1] }),
    "slice: axes [0, -1] of [3]. Expected each of 0 to 0 at most once.",
  ],
  [
    "padding for too few axes",
    () => ops.pad(of(2, 3), [[1, 1]]),
    "pad: [[1, 1]] around [2, 3]. Expected a pair [before, after] of whole numbers of at least 0 for each axis",
  ],
  ["negative padding", () => ops.pad(of(3), [[-1, 0]]), "pad: [[-1, 0]] around [3]. Expected a pair [before, after]"],
  [
    "flattening from an axis out of range",
    () => ops.flatten(of(3)),
    "flatten: axis 1 of [3]. Expected a whole number from -1 to 0",
  ],
  [
    "images without a channel axis",
    () => ops.normalizeImages(typed("uint8", 8, 28, 28)),
    "normalizeImages: images [8, 28, 28]. Expected four axes, [N, C, H, W]",
  ],
  [
    "float images",
    () => ops.normalizeImages(of(8, 1, 28, 28)),
    "normalizeImages: an input is float32 [8, 1, 28, 28]. Expected uint8. Cast it.",
  ],
  [
    "too many channel means",
    () => ops.normalizeImages(typed("uint8", 8, 1, 28, 28), { mean: [0.5, 0.4, 0.4] }),
    "normalizeImages: mean = [0.5, 0.4, 0.4]. Expected 1 numbers, one per channel",
  ],
  [
    "a standard deviation of 0",
    () => ops.normalizeImages(typed("uint8", 8, 28, 28, 1), { std: [0], layout: "NHWC" }),
    "normalizeImages: std = [0]. Expected 1 numbers above 0, one per channel",
  ],
  [
    "an unknown layout",
    () => ops.normalizeImages(typed("uint8", 8, 28, 28, 1), { layout: "NWHC" as Wrong }),
    "normalizeImages: layout = 'NWHC'. Expected 'NCHW' or 'NHWC'",
  ],
  [
    "an axis that is no list",
    () => ops.mean(of(2, 3), 1 as Wrong),
    "mean: axes is a number. Expected a list of axes, such as [1].",
  ],
  [
    "an axis in place of options",
    () => ops.argmax(of(2, 3), 1 as Wrong),
    "argmax: the options are a number. Expected an object, such as { axis: 1 }.",
  ],
  [
    "tensors that are no list",
    () => ops.concat(of(2, 3) as Wrong, 1),
    "concat: tensors is an object. Expected a list, such as [a, b].",
  ],
  [
    "sizes that are no list",
    () => ops.reshape(of(2, 3), 6 as Wrong),
    "reshape: shape is a number. Expected a list, such as [2, -1].",
  ],
  [
    "axes that are no list",
    () => ops.transpose(of(2, 3), 0 as Wrong),
    "transpose: the order of the axes is a number. Expected a list",
  ],
  ["a missing tensor", () => ops.mse(of(2, 3), undefined as Wrong), "mse: an input is undefined. Expected a tensor."],
  [
    "class weights by a number",
    () => ops.crossEntropy(of(2, 3), typed("int32", 2), { weight: 2 as Wrong }),
    "crossEntropy: weight is a number. Expected a tensor or a list of numbers.",
  ],
  [
    "a constant of another size",
    () => constant(new Float32Array(3), [2]),
    "constant: 3 numbers for the shape [2]. Expected 2.",
  ],
];

test.each(MISTAKES)("%s", (_, act, message) => {
  const thrown = (() => {
    try {
      act();
    } catch (error) {
      return error;
    }
    return null;
  })();
  expect(thrown).toBeInstanceOf(GraphError);
  expect((thrown as Error).message).toContain(message);
  // The line of the caller, not a line of the package.
  expect((thrown as Error).message).toMatch(/ \(at \S*ops-errors\.test\.ts:\d+:\d+\)$/);
});

describe("arguments that are no tensors", () => {
  const x = of(2, 3, 4, 4);
  const calls: readonly (readonly unknown[])[] = [[], [x], [x, 1], [x, x], [[x], undefined], ["x", "y"], [1, [1]]];
  test.each(Object.entries(ops))("%s", (_, op) => {
    for (const given of calls) {
      try {
        (op as (...all: readonly unknown[]) => unknown)(...given);
      } catch (error) {
        expect((error as Error).message).toMatch(/^\w+: .*[.\w)]$/);
        expect(error).toBeInstanceOf(GraphError);
      }
    }
  });
});
