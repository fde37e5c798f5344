import { checkNumber } from "../core/check.ts";
import { defineFunction } from "../core/define-function.ts";
import { showShape, sizeOf } from "../core/shape.ts";
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
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
  /**
   * A channel whose variance is at most this is constant: its result is `bias`, and it has no gradient but that of
   * `bias`. Default 0: no channel is. Without it, rounding errors grow by 1 / sqrt(eps) in every layer.
   */
  readonly minVariance?: number;
}

export interface BatchNormResult {
  readonly y: Tensor;
  /** Of the batch, [channels]. */
  readonly mean: Tensor;
  /** Of the batch, [channels]; the sum of squares divided by the count, not by one less. */
  readonly variance: Tensor;
}

/** The gradient by x, of which all parts of the value are made, and by weight and bias. */
const batchNormOf = /* @__PURE__ */ defineFunction<Readonly<Record<string, never>>>({
  name: "batchNorm",
  gradient: ({ inputs, cotangent }) => {
    const [x, , , centred, inverse, scale] = inputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    // All of it is as many times the same: a factor is left to the ends, which are small.
    const { x: dy, factor } = withoutFactor(cotangent);
    const mean = channelMean(dy);
    // Of the cotangent times the normalised x, which need not be made: it is centred times inverse.
    const product = mul(channelMean(mul(dy, centred)), inverse);
    const throughStatistics = channelAffine(centred, neg(mul(inverse, product)), neg(mean));
    const dx = channelAffine(add(dy, throughStatistics), mul(scale, factor));
    const count = (factor * sizeOf(x.shape)) / (x.shape[1] as number);
    return [dx, mul(product, count), mul(mean, count), null, null, null];
  },
});

/**
 * Batch normalisation in training: each channel by its mean and variance over the batch and all positions, then times
 * `weight` plus `bias`. https://arxiv.org/abs/1502.03167, and PyTorch's arithmetic.
 * @param x [batch, channels, ...]: images, or rows of features
 * @param weight [channels]
 * @param bias [channels]
 * @returns the result and the batch's statistics, which `runningStatistics` takes
 * @throws GraphError where the shapes do not fit, or a channel has one value only
 */
export function batchNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { eps = 1e-5, minVariance = 0 }: BatchNormOptions = {},
): BatchNormResult {
  checkChannels("batchNorm", x, { weight, bias }, { eps, minVariance });
  if (sizeOf(x.shape) === x.shape[1]) {
    fail("batchNorm", `x ${showShape(x.shape)} has one value a channel: expected two or more, which have a variance`);
  }
  const mean = channelMean(x);
  // Squares of what is not centred would lose the variance in the rounding of the mean's square.
  const centred = channelAffine(x, 1, neg(mean));
  const variance = channelMean(square(centred));
  const deviation = reciprocal(sqrt(add(variance, eps)));
  const inverse = minVariance === 0 ? deviation : mul(deviation, varies(variance, minVariance));
  const scale = mul(weight, inverse);
  const value = channelAffine(centred, scale, bias);
  return { y: batchNormOf(value, [x, weight, bias, centred, inverse, scale], {}), mean, variance };
}

/**
 * Batch normalisation by given statistics, as after training.
 * @param x [batch, channels, ...]
 * @param mean [channels]; `weight`, `bias` and `variance` alike
 */
export function batchNormInference(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  mean: Tensor,
  variance: Tensor,
  { eps = 1e-5 }: Pick<BatchNormOptions, "eps"> = {},
): Tensor {
  checkChannels("batchNormInference", x, { weight, bias, mean, variance }, { eps });
  const scale = mul(weight, reciprocal(sqrt(add(variance, eps))));
  return channelAffine(x, scale, sub(bias, mul(mean, scale)));
}

/** 1 for channels that vary, and 0 for those that count as constant. */
const varies = (variance: Tensor, minVariance: number): Tensor => step(sub(variance, minVariance));

export interface RunningStatistics {
  /** Of the batch, as `batchNorm` returns them. */
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** Before the batch. */
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
  /** How many values of a channel the batch has. */
  readonly count: number;
  /** The share of the batch in the result; default 0.1. */
  readonly momentum?: number;
  /**
   * As in `batchNorm`: the running variance stays where the batch's is at most this. Otherwise it would go to 0, and the
   * slightest difference from the running mean would be a large number after training. Default 0: it follows every batch.
   */
  readonly minVariance?: number;
}

/**
 * The running statistics after a batch: a moving average of its mean and of its sample variance (the sum of squares
 * divided by the count less one), as PyTorch has it.
 */
export function runningStatistics({
  mean,
  variance,
  runningMean,
  runningVariance,
  count,
  momentum = 0.1,
  minVariance = 0,
}: RunningStatistics): { readonly mean: Tensor; readonly variance: Tensor } {
  checkNumber("runningStatistics", "count", count, (n) => n > 1, "a number above 1");
  checkNumber("runningStatistics", "momentum", momentum, (n) => n >= 0 && n <= 1, "a number from 0 to 1");
  const followed = add(mul(runningVariance, 1 - momentum), mul(variance, (momentum * count) / (count - 1)));
  return {
    mean: add(mul(runningMean, 1 - momentum), mul(mean, momentum)),
    variance: minVariance === 0 ? followed : where(greater(variance, minVariance), followed, runningVariance),
  };
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
  if (x.rank < 2) fail(op, `x ${showShape(x.shape)}: expected [batch, channels, ...]`);
  for (const [name, { shape }] of Object.entries(vectors)) {
    if (shape.length !== 1 || shape[0] !== x.shape[1]) {
      fail(op, `x ${showShape(x.shape)} and ${name} ${showShape(shape)}: expected ${name} [${x.shape[1]}]`);
    }
  }
}
