import type { Tensor } from "../core/tensor.ts";
import { type ClassLossOptions, classRows, reduceRows, rowWeights, withoutIgnored } from "./class-rows.ts";
import { max } from "./max.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { where } from "./where.ts";

/**
 * Computes the negative log-likelihood of labels: `-logProbabilities[label]`. `crossEntropy` of logits equals it for
 * `logSoftmax` of the logits. PyTorch: `F.nll_loss`.
 * @param logProbabilities float32 [N, C], or [N, C, ...] with a prediction for each position
 * @param labels int32 [N] or [N, ...], each from 0 to C - 1. A label out of this range is not detected; its loss is
 * infinite.
 * @param options `weight` of each class (default none), `ignoreIndex` (default -100) and `reduction` (default `"mean"`)
 * @returns one number, or [N, ...] with the reduction `"none"`
 * @throws GraphError if shapes or types do not match
 */
export function negativeLogLikelihood(
  logProbabilities: Tensor,
  labels: Tensor,
  options: ClassLossOptions = {},
): Tensor {
  const op = "negativeLogLikelihood";
  const rows = classRows(op, "log probabilities", logProbabilities, labels, options);
  const weights = rowWeights(op, rows, options);
  const losses = withoutIgnored(rows, neg(max(where(rows.hit, rows.values, Number.NEGATIVE_INFINITY), [1])));
  return reduceRows(op, weights ? mul(losses, weights) : losses, rows, weights, options);
}
