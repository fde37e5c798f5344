import { checkNumber, checkOptionsOf, checkTensors } from "../core/check.ts";
import { defineFunction } from "../core/define-function.ts";
import { at, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { channelAffine } from "./channel-affine.ts";
import { channelMean } from "./channel-mean.ts";
import { greater } from "./greater.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { reciprocal } from "./reciprocal.ts";
import { sqrt } from "./sqrt.ts";
import { square } from "./square.ts";
import { step } from "./step.ts";
import { sub } from "./sub.ts";
import { where } from "./where.ts";
import { withoutFactor } from "./without-factor.ts";

export interface BatchNormOptions {
  /** Number added to the variance; at least 0. Default 1e-5. */
  readonly eps?: number;
  /**
   * Largest variance of a channel that counts as constant; at least 0. A constant channel becomes `bias`, and only
   * `bias` receives its gradient. Default 0: no channel counts as constant. A constant channel that is normalized
   * anyway multiplies its rounding errors by 1 / sqrt(eps) in every layer.
   */
  readonly minVariance?: number;
}

export interface BatchNormResult {
  /** Normalized `x`, of the shape of `x`. */
  readonly y: Tensor;
  /** Mean of each channel over the batch, [channels]. */
  readonly mean: Tensor;
  /** Biased variance of each channel over the batch (the sum of squares divided by the count), [channels]. */
  readonly variance: Tensor;
}

/** Inputs of the gradient. Only x, weight and bias receive one: the other inputs are computed from x and weight. */
type GradientInputs = [x: Tensor, weight: Tensor, bias: Tensor, centered: Tensor, inverse: Tensor, scale: Tensor];

const withGradient = /* @__PURE__ */ defineFunction<GradientInputs>({
  name: "batchNorm",
  gradient: ({ inputs: [x, , , centered, inverse, scale], cotangent }) => {
    // The gradient is linear in the cotangent, so a common factor is applied at the end, to small tensors.
    const { x: dy, factor } = withoutFactor(cotangent);
    const mean = channelMean(dy);
    // Mean of the cotangent times the normalized x, without computing the normalized x (centered * inverse).
    const product = mul(channelMean(mul(dy, centered)), inverse);
    const throughStatistics = channelAffine(centered, neg(mul(inverse, product)), neg(mean));
    const dx = channelAffine(add(dy, throughStatistics), mul(scale, factor));
    const count = (factor * sizeOf(x.shape)) / at(x.shape, 1);
    return [dx, mul(product, count), mul(mean, count), null, null, null];
  },
});

/**
 * Normalizes a batch in training: `(x - mean) / sqrt(variance + eps) * weight + bias`, with the mean and the biased
 * variance of each channel over the batch and all positions. PyTorch: `F.batch_norm` with `training=True`. Paper:
 * https://arxiv.org/abs/1502.03167.
 * @param x float32 [batch, channels, ...]: images, or rows of features
 * @param weight float32 [channels]
 * @param bias float32 [channels]
 * @returns the normalized tensor, and the statistics of the batch for `runningStatistics`
 * @throws GraphError if the shapes do not match, or a channel has only one value
 */
export function batchNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { eps = 1e-5, minVariance = 0 }: BatchNormOptions = {},
): BatchNormResult {
  checkTensors("batchNorm", [x, weight, bias]);
  checkChannels("batchNorm", x, { weight, bias }, { eps, minVariance });
  if (sizeOf(x.shape) === x.shape[1]) {
    fail("batchNorm", `x ${showShape(x.shape)} has one value per channel. Expected at least two, for a variance.`);
  }
  const mean = channelMean(x);
  // The difference of the mean square and the squared mean would lose small variances to rounding.
  const centered = channelAffine(x, 1, neg(mean));
  const variance = channelMean(square(centered));
  const deviation = reciprocal(sqrt(add(variance, eps)));
  const inverse = minVariance === 0 ? deviation : mul(deviation, varies(variance, minVariance));
  const scale = mul(weight, inverse);
  const value = channelAffine(centered, scale, bias);
  return { y: withGradient(value, [x, weight, bias, centered, inverse, scale], {}), mean, variance };
}

/**
 * Normalizes a batch by given statistics, for inference: `(x - mean) / sqrt(variance + eps) * weight + bias`. PyTorch:
 * `F.batch_norm` with `training=False`.
 * @param x float32 [batch, channels, ...]
 * @param weight float32 [channels]
 * @param bias float32 [channels]
 * @param mean float32 [channels]: the running mean
 * @param variance float32 [channels]: the running variance
 * @param options `eps`, added to the variance; default 1e-5
 * @returns a tensor of the shape of `x`
 * @throws GraphError if the shapes do not match
 */
export function batchNormInference(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  mean: Tensor,
  variance: Tensor,
  { eps = 1e-5 }: Pick<BatchNormOptions, "eps"> = {},
): Tensor {
  checkTensors("batchNormInference", [x, weight, bias, mean, variance]);
  checkChannels("batchNormInference", x, { weight, bias, mean, variance }, { eps });
  const scale = mul(weight, reciprocal(sqrt(add(variance, eps))));
  return channelAffine(x, scale, sub(bias, mul(mean, scale)));
}

/** 1 for each channel that varies, 0 for each channel that counts as constant. */
const varies = (variance: Tensor, minVariance: number): Tensor => step(sub(variance, minVariance));

export interface RunningStatistics {
  /** Mean of the batch, [channels], from `batchNorm`. */
  readonly mean: Tensor;
  /** Biased variance of the batch, [channels], from `batchNorm`. */
  readonly variance: Tensor;
  /** Running mean before the batch, [channels]. */
  readonly runningMean: Tensor;
  /** Running variance before the batch, [channels]. */
  readonly runningVariance: Tensor;
  /** Number of values per channel in the batch: batch size times positions; above 1. */
  readonly count: number;
  /** Weight of the batch in the moving average, from 0 to 1. Default 0.1. */
  readonly momentum?: number;
  /**
   * The option `minVariance` of `batchNorm`: the running variance of a channel is kept where the variance of the batch
   * is at most this. Otherwise it would decay to 0, and inference would amplify the slightest difference from the
   * running mean. Default 0: the running variance follows every batch.
   */
  readonly minVariance?: number;
}

/**
 * Computes the running statistics after a batch: `(1 - momentum) * running + momentum * batch`, with the unbiased
 * variance of the batch (the sum of squares divided by count - 1). PyTorch: `nn.BatchNorm2d`.
 * @returns the running mean and variance after the batch, each [channels]
 * @throws GraphError if `count` or `momentum` is out of its range
 */
export function runningStatistics(statistics: RunningStatistics): { readonly mean: Tensor; readonly variance: Tensor } {
  checkOptionsOf("runningStatistics", statistics, "{ mean, variance, runningMean, runningVariance, count }");
  const { mean, variance, runningMean, runningVariance, count, momentum = 0.1, minVariance = 0 } = statistics;
  checkTensors("runningStatistics", [mean, variance, runningMean, runningVariance]);
  checkNumber("runningStatistics", "count", count, (n) => n > 1, "a number above 1");
  checkNumber("runningStatistics", "momentum", momentum, (n) => n >= 0 && n <= 1, "a number from 0 to 1");
  const followed = add(mul(runningVariance, 1 - momentum), mul(variance, (momentum * count) / (count - 1)));
  return {
    mean: add(mul(runningMean, 1 - momentum), mul(mean, momentum)),
    variance: minVariance === 0 ? followed : where(greater(variance, minVariance), followed, runningVariance),
  };
}

/**
 * Computes the variance of a batch as running statistics use it: unbiased (the sum of squares divided by count - 1), and
 * the running variance for channels that count as constant.
 * @returns [channels]
 */
export function unbiasedVariance({
  variance,
  runningVariance,
  count,
  minVariance = 0,
}: Pick<RunningStatistics, "variance" | "runningVariance" | "count" | "minVariance">): Tensor {
  const unbiased = mul(variance, count / (count - 1));
  return minVariance === 0 ? unbiased : where(greater(variance, minVariance), unbiased, runningVariance);
}

function checkChannels(
  op: string,
  x: Tensor,
  vectors: Readonly<Record<string, Tensor>>,
  numbers: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(numbers)) {
    checkNumber(op, name, value, (n) => n >= 0, "a number of at least 0");
  }
  if (x.rank < 2) fail(op, `x ${showShape(x.shape)}. Expected [batch, channels, ...].`);
  for (const [name, { shape }] of Object.entries(vectors)) {
    if (shape.length !== 1 || shape[0] !== x.shape[1]) {
      fail(op, `x ${showShape(x.shape)} and ${name} ${showShape(shape)}. Expected ${name} [${x.shape[1]}].`);
    }
  }
}
