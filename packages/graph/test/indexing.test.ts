import { constant, ops, type Tensor } from "../src/index.ts";
import { type Build, testCases } from "./check-cases.ts";
import { allCases } from "./golden.ts";

/** Returns nested arrays of whole numbers as a constant. */
function wholeTensor(values: readonly number[] | readonly (readonly number[])[]): Tensor {
  const [first] = values;
  const shape = Array.isArray(first) ? [values.length, first.length] : [values.length];
  return constant(Int32Array.from(values.flat()), shape);
}

const unary =
  (of: (x: Tensor) => Tensor): Build =>
  ({ x }) =>
    of(x as Tensor);

const OPS: Readonly<Record<string, Build>> = {
  gather: ({ x }, { indices, axis }) => ops.gather(x as Tensor, wholeTensor(indices), axis),
  gatherElements: ({ x }, { indices, axis }) => ops.gatherElements(x as Tensor, wholeTensor(indices), axis),
  topK: ({ x }, { k, ...options }) => ops.topK(x as Tensor, k, options).values,
  cumulativeSum: ({ x }, { axis }) => ops.cumulativeSum(x as Tensor, axis),
  "cumulativeSum reversed": unary((x) => ops.cumulativeSum(x, 0, { reverse: true, exclusive: true })),
  logSumExp: ({ x }, { axis }) => ops.logSumExp(x as Tensor, [axis]),
  clamp: ({ x }, options) => ops.clamp(x as Tensor, options),
  sin: unary(ops.sin),
  cos: unary(ops.cos),
  floor: unary(ops.floor),
  stack: ({ a, b }, { axis }) => ops.stack([a as Tensor, b as Tensor], axis),
  pad: ({ x }, { mode }) =>
    ops.pad(
      x as Tensor,
      [
        [0, 0],
        [0, 0],
        [0, 2],
        [2, 1],
      ],
      { mode },
    ),
  pixelShuffle: unary((x) => ops.pixelShuffle(x, 2)),
  pixelUnshuffle: unary((x) => ops.pixelUnshuffle(x, 2)),
  split: unary((x) =>
    x.rank === 2
      ? (ops.split(x, 3)[1] as Tensor)
      : ops.mul(ops.split(x, [1, 3], 1)[1] as Tensor, ops.split(x, 1, 1)[2] as Tensor),
  ),
  squeeze: unary((x) => ops.unsqueeze(ops.unsqueeze(ops.squeeze(x, [1]), 0), -1)),
  stopGradient: unary((x) => ops.mul(x, ops.stopGradient(x))),
  best: unary((x) =>
    ops.add(
      ops.mul(x, ops.cast(ops.argmax(x, { axis: 1, keepDims: true }), "float32")),
      ops.cast(ops.argmin(x, { axis: 0 }), "float32"),
    ),
  ),
};

// The clamp is at its limits, and differences see no stopped gradient.
testCases(allCases("indexing.json"), OPS, ["clamp", "stopGradient", "floor"]);
