import { expect, test } from "vitest";
import type { DType } from "../src/core/values.ts";
import { constant, GraphError, gradients, input, layers, ops, Scope, type Tensor } from "../src/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the point
type Wrong = any;

const of = (...shape: number[]): Tensor => input(`x${shape}`, shape);
const int = (...shape: number[]): Tensor => input(`i${shape}`, shape, "int32");
const typed = (dtype: DType, ...shape: number[]): Tensor => input(`${dtype}${shape}`, shape, dtype);
const scope = new Scope(true);

/** Wrong calls, and the message that each must throw. */
const MISTAKES: readonly (readonly [act: () => unknown, message: string])[] = [
  // Losses
  [
    () => ops.crossEntropy(of(5, 10), of(5, 9)),
    "crossEntropy: logits [5, 10], labels float32 [5, 9]. Expected logits [N, C] and int32 labels [N], or [N, C, ...]",
  ],
  [
    () => ops.crossEntropy(of(5, 3, 8, 8), int(5, 8)),
    "crossEntropy: logits [5, 3, 8, 8], labels int32 [5, 8]. Expected logits [N, C]",
  ],
  [
    () => ops.crossEntropy(of(5, 3), int(5), { weight: [1, 2] }),
    "crossEntropy: weight is float32 [2]. Expected float32 [3], one number per class.",
  ],
  [
    () => ops.crossEntropy(of(5, 3), int(5), { weight: int(3) }),
    "crossEntropy: weight is int32 [3]. Expected float32 [3], one number per class.",
  ],
  [
    () => ops.crossEntropy(of(5, 3), int(5), { ignoreIndex: 0.5 }),
    "crossEntropy: ignoreIndex = 0.5. Expected a whole number or null.",
  ],
  [
    () => ops.crossEntropy(of(5, 3), of(5, 3), { ignoreIndex: 1 }),
    "crossEntropy: ignoreIndex = 1 with probabilities as target. Expected int32 labels. Omit the option.",
  ],
  [
    () => ops.crossEntropy(of(5, 3), of(5, 3), { reduction: "median" as Wrong }),
    "crossEntropy: reduction = 'median'. Expected 'mean', 'sum' or 'none'.",
  ],
  [
    () => ops.negativeLogLikelihood(of(5, 3), of(5)),
    "negativeLogLikelihood: log probabilities [5, 3], labels float32 [5]. Expected log probabilities [N, C] and int32",
  ],
  [
    () => ops.binaryCrossEntropyWithLogits(of(5, 1), of(5)),
    "binaryCrossEntropyWithLogits: logits [5, 1], target [5]. Expected equal shapes.",
  ],
  [
    () => ops.binaryCrossEntropyWithLogits(of(5, 3), of(5, 3), { posWeight: of(5) }),
    "binaryCrossEntropyWithLogits: posWeight is float32 [5]. Expected float32, with a shape that broadcasts to [5, 3].",
  ],
  [
    () => ops.binaryCrossEntropyWithLogits(of(5, 3), of(5, 3), { posWeight: [1, 2] }),
    "binaryCrossEntropyWithLogits: posWeight is float32 [2]. Expected float32, with a shape that broadcasts to [5, 3].",
  ],
  [
    () => ops.binaryCrossEntropyWithLogits(of(5), int(5)),
    "binaryCrossEntropyWithLogits: an input is int32 [5]. Expected float32. Cast it.",
  ],
  [() => ops.binaryCrossEntropy(of(5), of(4)), "binaryCrossEntropy: probabilities [5], target [4]. Expected equal"],
  [() => ops.l1(of(5, 1), of(5)), "l1: prediction [5, 1], target [5]. Expected equal shapes."],
  [
    () => ops.mse(of(5), of(5), { weight: of(2, 5) }),
    "mse: weight is float32 [2, 5]. Expected float32, with a shape that broadcasts to [5].",
  ],
  [() => ops.huber(of(5), of(5), { delta: 0 }), "huber: delta = 0. Expected a number above 0."],
  [() => ops.smoothL1(of(5), of(5), { beta: -1 }), "smoothL1: beta = -1. Expected a number of at least 0."],
  [
    () => ops.klDivergence(of(5, 2), of(5)),
    "klDivergence: log probabilities [5, 2], target [5]. Expected equal shapes.",
  ],
  [
    () => ops.klDivergence(of(5), of(5), { reduction: "batch" as Wrong }),
    "klDivergence: reduction = 'batch'. Expected 'mean', 'sum' or 'none'",
  ],
  [
    () => ops.tripletMargin(of(5, 2), of(5, 2), of(5, 3)),
    "tripletMargin: anchor [5, 2], positive [5, 2], negative [5, 3]. Expected equal shapes.",
  ],
  [
    () => ops.tripletMargin(of(5, 2), of(5, 2), of(5, 2), { margin: 0 }),
    "tripletMargin: margin = 0. Expected a number above 0.",
  ],
  [
    () => ops.tripletMargin(of(5, 2), of(5, 2), of(5, 2), { p: 0.5 }),
    "norm: p = 0.5. Expected a number of at least 1.",
  ],
  [
    () => ops.cosineEmbedding(of(5, 2), of(5, 2), int(2)),
    "cosineEmbedding: target is int32 [2]. Expected int32 or float32 [5] of the numbers 1 and -1.",
  ],
  [
    () => ops.cosineEmbedding(of(5, 2), of(5, 2), int(5), { margin: 2 }),
    "cosineEmbedding: margin = 2. Expected a number from -1 to 1.",
  ],
  [() => ops.cosineEmbedding(of(), of(), int()), "cosineEmbedding: a has 0 axes. Expected vectors [N, D] or [D]."],
  [() => ops.hingeEmbedding(of(5), int(4)), "hingeEmbedding: target is int32 [4]. Expected int32 or float32 [5]"],
  [() => ops.marginRanking(of(5), of(4), int(5)), "marginRanking: a [5], b [4]. Expected equal shapes."],
  [() => ops.multiMargin(of(5, 3), int(5), { p: 3 as Wrong }), "multiMargin: p = 3. Expected 1 or 2."],
  [() => ops.infoNce(of(5), of(5)), "infoNce: queries [5]. Expected [N, D]."],
  [
    () => ops.infoNce(of(5, 3), of(5, 3), { negatives: of(4, 2) }),
    "infoNce: queries [5, 3], negatives [4, 2]. Expected negatives [M, 3].",
  ],
  [() => ops.ntXent(of(5, 3), of(5, 3), { temperature: 0 }), "ntXent: temperature = 0. Expected a number above 0."],
  [() => ops.focal(of(5, 3), of(5, 3), { gamma: -1 }), "focal: gamma = -1. Expected a number of at least 0."],
  [
    () => ops.focal(of(5, 3), of(5, 3), { alpha: [1, 2, 3] }),
    "focal: alpha is a list with binary targets. Expected a number from 0 to 1 or null.",
  ],
  [
    () => ops.focal(of(5, 3), int(5), { alpha: 0.25 }),
    "focal: alpha = 0.25 with labels. Expected a weight for each class.",
  ],
  // Other ops
  [
    () => gradients(ops.sum(ops.stopGradient(of(3))), [of(3)]),
    "gradients: y does not depend on 'x3' [3]. Use it, or leave it out.",
  ],
  [() => ops.gather(of(3, 2), of(2)), "gather: an input is float32 [2]. Expected int32. Cast it."],
  [
    () => ops.gather(of(3, 2), constant(Int32Array.of(0, 3), [2])),
    "gather: the index 3. Expected -3 to 2, for an axis of size 3.",
  ],
  [() => ops.gather(of(3, 2), int(2), 2), "gather: axis 2 of [3, 2]. Expected a whole number from -2 to 1."],
  [
    () => ops.gatherElements(of(3, 2), int(3)),
    "gatherElements: x [3, 2], indices [3] along axis 1. Expected as many axes, and at most the sizes of x along all",
  ],
  [() => ops.topK(of(3, 2), 3), "topK: k = 3. Expected a whole number from 1 to 2, the size of the axis."],
  [() => ops.oneHot(of(3), 2), "oneHot: an input is float32 [3]. Expected int32. Cast it."],
  [() => ops.oneHot(int(3), 0), "oneHot: classes = 0. Expected a whole number of at least 1."],
  [() => ops.clamp(of(3), {}), "clamp: no limits. Expected min, max or both."],
  [() => ops.clamp(of(3), { min: 2, max: 1 }), "clamp: min = 2, max = 1. Expected numbers with min at most max."],
  [() => ops.squeeze(of(3, 1), [0]), "squeeze: axis 0 of [3, 1]. Expected an axis of size 1."],
  [() => ops.unsqueeze(of(3), 2), "unsqueeze: axis = 2. Expected a whole number from -2 to 1."],
  [() => ops.stack([of(3), of(2)]), "stack: [3] and [2]. Expected equal shapes."],
  [
    () => ops.split(of(3, 4), [1, 2], 1),
    "split: axis 1 of [3, 4] in [1, 2]. Expected a size of at least 1, or sizes that add up to 4.",
  ],
  [
    () => ops.convTranspose2d(of(2, 3, 4, 4), of(4, 3, 2, 2)),
    "convTranspose2d: images [2, 3, 4, 4] and a weight [4, 3, 2, 2]. Expected images [batch, channels, height, width] and",
  ],
  [
    () => ops.convTranspose2d(of(2, 3, 4, 4), of(3, 3, 2, 2), undefined, { outputPadding: 1 }),
    "convTranspose2d: outputPadding = 1. Expected a whole number from 0 to below the stride or the dilation.",
  ],
  [
    () => ops.convTranspose2d(of(2, 3, 1, 1), of(3, 3, 2, 2), undefined, { padding: 1 }),
    "give a result of 0 x 0. Expected at least 1 x 1. Reduce the padding.",
  ],
  [() => ops.convTranspose2d(of(2, 3, 4, 4), of(3, 6, 2, 2), of(3)), "convTranspose2d: bias [3]. Expected [6]."],
  [() => ops.upsample(of(2, 3, 4), { scale: 2 }), "upsample: x [2, 3, 4]. Expected images [batch, channels, height"],
  [() => ops.upsample(of(2, 3, 4, 4), {}), "upsample: no size. Expected one of the options scale and size."],
  [
    () => ops.upsample(of(2, 3, 4, 4), { scale: 0.1 }),
    "upsample: scale = 0.1 for a size of 4. Expected a number that keeps at least 1 pixel.",
  ],
  [
    () => ops.upsample(of(2, 3, 4, 4), { scale: 2, mode: "bicubic" as Wrong }),
    "upsample: mode = 'bicubic'. Expected 'nearest' or 'bilinear'.",
  ],
  [() => ops.rmsNorm(of(2, 3), of(2)), "rmsNorm: x [2, 3] over [2]. Expected the sizes of the last axes of x."],
  [
    () => ops.instanceNorm(of(2, 3, 1, 1)),
    "instanceNorm: x [2, 3, 1, 1]. Expected [batch, channels, ...] with at least two positions.",
  ],
  [
    () => ops.scaledDotProductAttention(of(2, 3, 4), of(2, 5, 3), of(2, 5, 4)),
    "scaledDotProductAttention: query [2, 3, 4], key [2, 5, 3], value [2, 5, 4]. Expected [..., queries, width]",
  ],
  [
    () => ops.scaledDotProductAttention(of(2, 3, 4), of(2, 5, 4), of(2, 5, 4), { mask: of(5, 3) }),
    "scaledDotProductAttention: mask is float32 [5, 3]. Expected bool or float32, with a shape that broadcasts to [2, 3, 5].",
  ],
  // Layers
  [
    () => layers.multiHeadAttention(scope, "a", of(2, 4, 6), { heads: 4 }),
    "multiHeadAttention: 4 heads of a width of 6. Expected a number that divides the width.",
  ],
  [
    () => layers.multiHeadAttention(scope, "a", of(2, 4, 6), { heads: 2, key: of(3, 4, 6) }),
    "multiHeadAttention: x [2, 4, 6], key [3, 4, 6], value [3, 4, 6]. Expected [batch, tokens, width]",
  ],
  [
    () => layers.multiHeadAttention(scope, "b", of(2, 4, 6), { heads: 2, keyPaddingMask: of(2, 4) }),
    "multiHeadAttention: keyPaddingMask is float32 [2, 4]. Expected bool [2, 4].",
  ],
  [
    () => layers.multiHeadAttention(scope, "b", of(2, 4, 6), { heads: 2, mask: int(4, 4) }),
    "multiHeadAttention: mask is int32 [4, 4]. Expected bool or float32, with a shape that broadcasts to [2, 2, 4, 4].",
  ],
  [
    () => layers.groupNorm(scope, "c", of(2, 6, 4), { groups: 4 }),
    "groupNorm: x [2, 6, 4] in 4 groups. Expected a number that divides 6 channels.",
  ],
  [
    () => layers.embedding(scope, "d", of(2), { count: 3, width: 4 }),
    "gather: an input is float32 [2]. Expected int32.",
  ],
  [() => layers.classToken(scope, "e", of(2, 6)), "classToken: tokens [2, 6]. Expected [batch, tokens, width]."],
  [
    () => layers.positionEmbedding(scope, "f", of(6)),
    "positionEmbedding: tokens [6]. Expected [batch, tokens, width].",
  ],
  [() => layers.dropout2d(scope, "g", of(2), 0.5), "dropout2d: x [2]. Expected [batch, channels, ...]."],
  [
    () =>
      ops.pad(
        of(1, 3),
        [
          [0, 0],
          [3, 0],
        ],
        { mode: "reflect" },
      ),
    "pad: [3, 0] around axis 1 of [1, 3] in the mode 'reflect'. Expected at most 2 on each side.",
  ],
  [
    () => ops.pad(of(3), [[1, 0]], { mode: "mirror" as Wrong }),
    "pad: mode = 'mirror'. Expected 'constant', 'reflect', 'replicate' or 'circular'.",
  ],
  [
    () => ops.pixelShuffle(of(1, 6, 2, 2), 2),
    "pixelShuffle: x [1, 6, 2, 2]. Expected images [batch, channels, height, width], with a number of channels that 4",
  ],
  [() => ops.sin(typed("uint8", 3)), "sin: an input is uint8 [3]. Expected float32. Cast it."],
];

test.each(MISTAKES.map(([act, message]) => [message, act] as const))("%s", (message, act) => {
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
  expect((thrown as Error).message).toMatch(/ \(at \S*layers-errors\.test\.ts:\d+:\d+\)$/);
});
