export type { PoolOptions } from "../pooling/pool.ts";
export { abs } from "./abs.ts";
export { add } from "./add.ts";
export { type AvgPool2dOptions, avgPool2d } from "./avg-pool2d.ts";
export {
  type BatchNormOptions,
  type BatchNormResult,
  batchNorm,
  batchNormInference,
  type RunningStatistics,
  runningStatistics,
} from "./batch-norm.ts";
export { binaryCrossEntropy } from "./binary-cross-entropy.ts";
export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropyWithLogits,
} from "./binary-cross-entropy-with-logits.ts";
export { cast } from "./cast.ts";
export { channelAffine } from "./channel-affine.ts";
export { channelMean } from "./channel-mean.ts";
export type { ClassLossOptions } from "./class-rows.ts";
export { concat } from "./concat.ts";
export { type Conv2dOptions, conv2d } from "./conv2d.ts";
export { conv2dInputGradient } from "./conv2d-input-gradient.ts";
export { conv2dWeightGradient } from "./conv2d-weight-gradient.ts";
export { correct } from "./correct.ts";
export { type CosineEmbeddingOptions, cosineEmbedding } from "./cosine-embedding.ts";
export { type CosineSimilarityOptions, cosineSimilarity } from "./cosine-similarity.ts";
export { type CrossEntropyOptions, crossEntropy } from "./cross-entropy.ts";
export { dense } from "./dense.ts";
export { div } from "./div.ts";
export { type DropoutOptions, dropout } from "./dropout.ts";
export { elu } from "./elu.ts";
export { equal } from "./equal.ts";
export { erf } from "./erf.ts";
export { exp } from "./exp.ts";
export { expand } from "./expand.ts";
export { flatten } from "./flatten.ts";
export { flip } from "./flip.ts";
export { type FocalOptions, focal } from "./focal.ts";
export { type GeluOptions, gelu } from "./gelu.ts";
export { globalAveragePool } from "./global-average-pool.ts";
export { greater } from "./greater.ts";
export { greaterOrEqual } from "./greater-or-equal.ts";
export { type GroupNormOptions, groupNorm } from "./group-norm.ts";
export { hardswish } from "./hardswish.ts";
export { type HingeEmbeddingOptions, hingeEmbedding } from "./hinge-embedding.ts";
export { type HuberOptions, huber } from "./huber.ts";
export { type InfoNceOptions, infoNce } from "./info-nce.ts";
export { type KlDivergenceOptions, klDivergence } from "./kl-divergence.ts";
export { l1 } from "./l1.ts";
export { type LayerNormOptions, layerNorm } from "./layer-norm.ts";
export { leakyRelu } from "./leaky-relu.ts";
export { less } from "./less.ts";
export { lessOrEqual } from "./less-or-equal.ts";
export { log } from "./log.ts";
export { logSoftmax } from "./log-softmax.ts";
export { type MarginRankingOptions, marginRanking } from "./margin-ranking.ts";
export { matmul } from "./matmul.ts";
export { max } from "./max.ts";
export { maxPool2d } from "./max-pool2d.ts";
export { maximum } from "./maximum.ts";
export { mean } from "./mean.ts";
export { min } from "./min.ts";
export { minimum } from "./minimum.ts";
export { mish } from "./mish.ts";
export { mse } from "./mse.ts";
export { mul } from "./mul.ts";
export { type MultiMarginOptions, multiMargin } from "./multi-margin.ts";
export { neg } from "./neg.ts";
export { negativeLogLikelihood } from "./negative-log-likelihood.ts";
export { type NormOptions, norm } from "./norm.ts";
export { type NormalizeOptions, normalize } from "./normalize.ts";
export { type NormalizeImagesOptions, normalizeImages } from "./normalize-images.ts";
export { type NtXentOptions, ntXent } from "./nt-xent.ts";
export { type PadOptions, pad } from "./pad.ts";
export { type PairwiseDistanceOptions, pairwiseDistance } from "./pairwise-distance.ts";
export { pow } from "./pow.ts";
export { reciprocal } from "./reciprocal.ts";
export type { LossOptions, LossReduction, WeightedLossOptions } from "./reduce-loss.ts";
export { relu } from "./relu.ts";
export { reshape } from "./reshape.ts";
export { sigmoid } from "./sigmoid.ts";
export { sign } from "./sign.ts";
export { silu } from "./silu.ts";
export { type SliceOptions, slice } from "./slice.ts";
export { type SmoothL1Options, smoothL1 } from "./smooth-l1.ts";
export { softmax } from "./softmax.ts";
export { softplus } from "./softplus.ts";
export { sqrt } from "./sqrt.ts";
export { square } from "./square.ts";
export { sub } from "./sub.ts";
export { sum } from "./sum.ts";
export { tanh } from "./tanh.ts";
export { transpose } from "./transpose.ts";
export { type TripletMarginOptions, tripletMargin } from "./triplet-margin.ts";
export { type VarianceOptions, variance } from "./variance.ts";
export { where } from "./where.ts";
