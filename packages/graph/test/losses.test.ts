import { constant, ops, type Tensor } from "../src/index.ts";
import { type Build, testCases } from "./check-cases.ts";
import { type Arguments, allCases } from "./golden.ts";

type Nested = number | readonly Nested[];

const shapeOf = (values: Nested): number[] =>
  typeof values === "number" ? [] : [values.length, ...shapeOf(values[0] as Nested)];

/** Returns nested arrays as a constant; undefined for none. */
function tensorOf(values: Nested | null | undefined, Data: typeof Float32Array | typeof Int32Array = Float32Array) {
  if (values === null || values === undefined) return undefined;
  return constant(Data.from([values].flat(9) as number[]), shapeOf(values));
}

/** Returns arguments with constants in place of arrays. */
const withTensors = ({ labels, target, weight, posWeight, ...others }: Arguments): Arguments => ({
  ...others,
  ...(labels !== undefined && { labels: tensorOf(labels, Int32Array) }),
  ...(target !== undefined && { target: tensorOf(target, Int32Array) }),
  ...(weight && { weight: tensorOf(weight) }),
  ...(posWeight && { posWeight: tensorOf(posWeight) }),
});

/** Builds a loss of the inputs in their order, then the labels or the target, and the other arguments as options. */
const loss =
  (of: (...inputs: Tensor[]) => Tensor): Build =>
  (inputs, args) => {
    const { labels, target, ...options } = withTensors(args);
    const given = [...Object.values(inputs), labels, target].filter((tensor) => tensor !== undefined);
    return of(...given, options);
  };

const LOSSES: Readonly<Record<string, Build>> = {
  crossEntropy: loss(ops.crossEntropy as never),
  "crossEntropy soft": loss(ops.crossEntropy as never),
  negativeLogLikelihood: loss(ops.negativeLogLikelihood as never),
  binaryCrossEntropyWithLogits: loss(ops.binaryCrossEntropyWithLogits as never),
  binaryCrossEntropy: loss(ops.binaryCrossEntropy as never),
  "binaryCrossEntropy certain": ({ x }) =>
    ops.binaryCrossEntropy(x as Tensor, constant(Float32Array.of(0, 1, 1, 0), [4]), { reduction: "none" }),
  mse: loss(ops.mse as never),
  l1: loss(ops.l1 as never),
  huber: loss(ops.huber as never),
  smoothL1: loss(ops.smoothL1 as never),
  klDivergence: loss(ops.klDivergence as never),
  "klDivergence zero": ({ x }) =>
    ops.klDivergence(x as Tensor, constant(Float32Array.of(0, 1, 0), [1, 3]), { reduction: "sum" }),
  tripletMargin: ({ a, b, c }, args) =>
    ops.tripletMargin(a as Tensor, b as Tensor, c as Tensor, { margin: 0.7, ...args }),
  pairwiseDistance: loss(ops.pairwiseDistance as never),
  normalize: loss(ops.normalize as never),
  norm: ({ x }, { p }) => ops.norm(x as Tensor, [0, -1], { p }),
  "norm zero": ({ x }) => ops.norm(x as Tensor, [0, 2]),
  "norm infinity": ({ x }) => ops.norm(x as Tensor, [0, 2], { p: Number.POSITIVE_INFINITY }),
  cosineSimilarity: loss(ops.cosineSimilarity as never),
  cosineEmbedding: loss(ops.cosineEmbedding as never),
  hingeEmbedding: loss(ops.hingeEmbedding as never),
  marginRanking: loss(ops.marginRanking as never),
  "hingeEmbedding tie": loss(ops.hingeEmbedding as never),
  "marginRanking tie": loss(ops.marginRanking as never),
  multiMargin: ({ x }, { labels, weight, ...options }) =>
    ops.multiMargin(x as Tensor, tensorOf(labels, Int32Array) as Tensor, {
      margin: 0.9,
      ...options,
      ...(weight && { weight }),
    }),
  focal: loss(ops.focal as never),
  "focal labels": loss(ops.focal as never),
  infoNce: loss(ops.infoNce as never),
  "infoNce negatives": ({ a, b, c }, { temperature }) =>
    ops.infoNce(a as Tensor, b as Tensor, { temperature, negatives: c as Tensor }),
  ntXent: loss(ops.ntXent as never),
};

testCases(allCases("losses.json"), LOSSES, [
  "binaryCrossEntropy certain",
  "norm zero",
  "hingeEmbedding tie",
  "marginRanking tie",
]);
