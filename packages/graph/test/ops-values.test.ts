import { describe, expect, test } from "vitest";
import type { DType } from "../src/core/values.ts";
import { compile, constant, gradients, input, ops, type Shape, type Tensor } from "../src/index.ts";

type Numbers = Float32Array | Int32Array | Uint8Array;

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };

/** Expected values of a function of one input. */
async function run(of: (x: Tensor) => Tensor, data: readonly number[], dtype: DType, shape: Shape): Promise<number[]> {
  const program = await compile({ y: of(input("x", shape, dtype)) });
  const { y } = await program.run({ x: ARRAYS[dtype].from(data) });
  await program.dispose();
  return Array.from(y as Numbers);
}

interface Row {
  readonly of: (x: Tensor) => Tensor;
  readonly x: readonly number[];
  /** Type of `x`. Default float32. */
  readonly dtype?: DType;
  /** Shape of `x`. Default: one axis. */
  readonly shape?: Shape;
  readonly y: readonly number[];
}

/** Gradient of the sum of a function. */
const slope =
  (of: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    gradients(ops.sum(of(x)), [x])[0] as Tensor;

const labelled =
  (logits: readonly number[], options: object) =>
  (labels: Tensor): Tensor =>
    ops.crossEntropy(constant(Float32Array.from(logits), [2, logits.length / 2]), labels, options);

const INF = Number.POSITIVE_INFINITY;
/** Smallest normal float32 number. */
const TINY = 2 ** -126;

const ROWS: Readonly<Record<string, Row>> = {
  "equal to a number": { of: (x) => ops.equal(x, 2), x: [1, 2, 3], y: [0, 1, 0] },
  "less than a number": { of: (x) => ops.less(x, 2), x: [1, 2, 3], y: [1, 0, 0] },
  "less or equal": { of: (x) => ops.lessOrEqual(x, 2), x: [1, 2, 3], y: [1, 1, 0] },
  greater: { of: (x) => ops.greater(x, 2), x: [1, 2, 3], y: [0, 0, 1] },
  "greater or equal": { of: (x) => ops.greaterOrEqual(x, 2), x: [1, 2, 3], y: [0, 1, 1] },
  "a number on the left": { of: (x) => ops.greater(2, x), x: [1, 2, 3], y: [1, 0, 0] },
  "comparisons of int32": { of: (x) => ops.less(x, 16777217), x: [16777216, 16777217], dtype: "int32", y: [1, 0] },
  "nothing is equal to NaN": { of: (x) => ops.equal(x, x), x: [Number.NaN, 1], y: [0, 1] },

  "float32 to int32": { of: (x) => ops.cast(x, "int32"), x: [-2.7, -0.2, 0.9, 2.7], y: [-2, 0, 0, 2] },
  "float32 to bool": { of: (x) => ops.cast(x, "bool"), x: [-2, 0, 0.1], y: [1, 0, 1] },
  "uint8 to float32": { of: (x) => ops.cast(x, "float32"), x: [0, 7, 255], dtype: "uint8", y: [0, 7, 255] },
  "bool to float32": { of: (x) => ops.cast(ops.greater(x, 0), "float32"), x: [-1, 3], y: [0, 1] },

  "sign of large and small numbers": { of: ops.sign, x: [-3e38, -TINY, 0, TINY, 3e38], y: [-1, -1, 0, 1, 1] },
  "the gradient of relu next to 0": { of: slope(ops.relu), x: [-TINY, 0, TINY, 3e38], y: [0, 0, 1, 1] },
  "the gradient of relu of infinities": { of: slope(ops.relu), x: [-INF, INF], y: [0, 1] },
  "the gradient of a root at 0": { of: slope((x) => ops.pow(x, 0.5)), x: [0, 4], y: [INF, 0.25] },
  "the gradient of 1 / x at 0": { of: slope((x) => ops.pow(x, -1)), x: [0, 2], y: [-INF, -0.25] },
  "softplus of infinities": { of: ops.softplus, x: [-INF, INF], y: [0, INF] },

  "sums of int32": { of: ops.sum, x: [16777216, 1], dtype: "int32", y: [16777217] },
  "products of int32 modulo 2^32": { of: (x) => ops.mul(x, 0x9e3779b9 | 0), x: [3], dtype: "int32", y: [-626627285] },
  "the larger of int32": { of: (x) => ops.maximum(x, 2), x: [-5, 9], dtype: "int32", y: [2, 9] },
  "a choice of int32": { of: (x) => ops.where(ops.less(x, 0), 7, x), x: [-5, 9], dtype: "int32", y: [7, 9] },
  "int32 after int32": { of: (x) => ops.concat([x, x], 0), x: [-5, 9], dtype: "int32", y: [-5, 9, -5, 9] },
  "int32 in a frame": { of: (x) => ops.pad(x, [[1, 2]], { value: 4 }), x: [-5], dtype: "int32", y: [4, -5, 4, 4] },

  "every second, backwards": {
    of: (x) => ops.slice(x, { starts: [-2], ends: [0], steps: [-2] }),
    x: [0, 1, 2, 3, 4, 5],
    y: [4, 2],
  },
  "both axes mirrored": { of: (x) => ops.flip(x, [0, 1]), x: [1, 2, 3, 4, 5, 6], shape: [2, 3], y: [6, 5, 4, 3, 2, 1] },
  "the largest element, the first of equals": { of: ops.argmax, x: [1, 3, 3, 2, 2, 0], shape: [2, 3], y: [1, 0] },
  "the smallest element along an axis": {
    of: (x) => ops.argmin(x, { axis: 0, keepDims: true }),
    x: [1, 3, 3, 2, 2, 0],
    shape: [2, 3],
    y: [0, 1, 1],
  },
  "the largest of int32": { of: ops.argmax, x: [16777216, 16777217], dtype: "int32", y: [1] },
  "places of the two smallest": {
    of: (x) => ops.topK(x, 2, { largest: false }).indices,
    x: [4, 1, 1, 0],
    y: [3, 1],
  },
  "a vector for each label": { of: (x) => ops.oneHot(x, 2), x: [1, 0, 2], dtype: "int32", y: [0, 1, 1, 0, 0, 0] },
  "int32 rows by index": {
    of: (x) => ops.gather(x, constant(Int32Array.of(-1, 0), [2])),
    x: [1, 2, 3, 4],
    dtype: "int32",
    shape: [2, 2],
    y: [3, 4, 1, 2],
  },
  "the gradient of repeated and negative indices": {
    of: slope((x) => ops.square(ops.gather(x, constant(Int32Array.of(2, -1, 0), [3])))),
    x: [5, 6, 7],
    y: [10, 0, 28],
  },
  "the gradient of an element per row": {
    of: slope((x) => ops.square(ops.gatherElements(x, constant(Int32Array.of(1, -3), [2, 1])))),
    x: [1, 2, 3, 4, 5, 6],
    shape: [2, 3],
    y: [0, 4, 0, 8, 0, 0],
  },
  "int32 backwards": {
    of: (x) => ops.slice(x, { starts: [-1], ends: [-9], steps: [-2] }),
    x: [1, 2, 3],
    dtype: "int32",
    y: [3, 1],
  },
  "stopped gradient": { of: slope((x) => ops.mul(x, ops.stopGradient(x))), x: [1, 2], y: [1, 2] },
  "the logarithm of a sum of large powers": { of: (x) => ops.logSumExp(x), x: [1000, 1000], y: [1000 + Math.LN2] },
  "attention of a query without a key": {
    of: (x) => {
      const [all, none] = [ops.reshape(x, [1, 2, 2]), ops.less(x, 0)];
      const mask = ops.reshape(none, [1, 2, 2]);
      return ops.add(ops.scaledDotProductAttention(all, all, all, { mask }), 0);
    },
    x: [1, 2, 3, 4],
    shape: [4],
    y: [0, 0, 0, 0],
  },
  "the variance of a sample": { of: ops.variance, x: [1, 2, 3, 6], y: [14 / 3] },

  "images to floats": {
    of: ops.normalizeImages,
    x: [0, 51, 255, 102],
    dtype: "uint8",
    shape: [1, 2, 1, 2],
    y: [0, 0.2, 1, 0.4],
  },
  "images with statistics": {
    of: (x) => ops.normalizeImages(x, { mean: [0.5, 0], std: [0.5, 0.25] }),
    x: [0, 255, 0, 255],
    dtype: "uint8",
    shape: [1, 2, 1, 2],
    y: [-1, 1, 0, 4],
  },
  "images with channels last": {
    of: (x) => ops.normalizeImages(x, { std: [1, 0.5], layout: "NHWC" }),
    x: [0, 51, 255, 0, 51, 51, 0, 255],
    dtype: "uint8",
    shape: [1, 2, 2, 2],
    y: [0, 1, 0.2, 0, 0.4, 0, 0.4, 2],
  },

  "a label that is no class": { of: labelled([1, 2, 3, 4], {}), x: [1, 2], dtype: "int32", y: [INF] },
  "a label below 0": { of: labelled([1, 2, 3, 4], { reduction: "sum" }), x: [-1, 1], dtype: "int32", y: [INF] },
  "which label is no class": {
    of: labelled([0, 0, 0, 0], { reduction: "none", labelSmoothing: 0.1 }),
    x: [2, 0],
    dtype: "int32",
    y: [INF, Math.log(2)],
  },
  "an ignored label": {
    of: labelled([0, 0, 0, 0], { ignoreIndex: 7, reduction: "none" }),
    x: [7, 0],
    dtype: "int32",
    y: [0, Math.log(2)],
  },
  "all labels ignored": { of: labelled([0, 0, 0, 0], {}), x: [-100, -100], dtype: "int32", y: [Number.NaN] },
  "no ignored label": { of: labelled([0, 0, 0, 0], { ignoreIndex: null }), x: [-100, 0], dtype: "int32", y: [INF] },
  "a class that is ruled out": { of: labelled([-INF, 0, 0, -INF], {}), x: [1, 0], dtype: "int32", y: [0] },
};

test.each(Object.entries(ROWS))("%s", async (_, { of, x, dtype = "float32", shape = [x.length], y }) => {
  const found = await run(of, x, dtype, shape);
  expect(found.length).toBe(y.length);
  for (const [i, right] of y.entries()) {
    // Whole numbers are exact; others have a few rounding errors.
    const tolerance = Number.isInteger(right) || !Number.isFinite(right) ? 0 : 3e-7 * Math.abs(right);
    const value = found[i] as number;
    expect(
      Object.is(value, right) || value === right || Math.abs(value - right) <= tolerance,
      `[${found}], expected [${y}]`,
    ).toBe(true);
  }
});

test("an index out of range stops the run on the CPU", async () => {
  const program = await compile({ y: ops.gather(input("x", [3]), input("i", [1], "int32")) });
  const run = (index: number) => program.run({ x: Float32Array.of(1, 2, 3), i: Int32Array.of(index) });
  await expect(run(3)).rejects.toThrow("out of data bounds");
  expect((await run(-3)).y).toEqual(Float32Array.of(1));
  await program.dispose();
});

describe("an op that changes nothing is omitted", () => {
  const x = input("x", [2, 3]);
  test.each([
    ["x - 0", () => ops.sub(x, 0)],
    ["x / 1", () => ops.div(x, 1)],
    ["x ^ 1", () => ops.pow(x, 1)],
    ["a cast to its own type", () => ops.cast(x, "float32")],
    ["all of it", () => ops.slice(x, { starts: [0], ends: [9] })],
    [
      "nothing around it",
      () =>
        ops.pad(x, [
          [0, 0],
          [0, 0],
        ]),
    ],
    ["it alone", () => ops.concat([x], 0)],
    ["flat already", () => ops.flatten(x)],
    ["no axis mirrored", () => ops.flip(x, [])],
    ["transposed twice", () => ops.transpose(ops.transpose(x))],
    ["dropout of nothing", () => ops.dropout(x, { p: 0, step: input("step", [], "int32") })],
  ])("%s", (_, same) => expect(same()).toBe(x));
  test("a broadcast to another shape is not omitted", () =>
    expect(ops.sub(x, constant(new Float32Array(1), [1, 1, 1]))).not.toBe(x));
});
