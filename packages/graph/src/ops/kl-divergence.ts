import type { Tensor } from "../core/tensor.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { exp } from "./exp.ts";
import { greater } from "./greater.ts";
import { log } from "./log.ts";
import { mul } from "./mul.ts";
import { type LossReduction, reduceLoss } from "./reduce-loss.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

export interface KlDivergenceOptions {
  /** True if the target contains logarithms of probabilities. Default false. */
  readonly logTarget?: boolean;
  /**
   * `"batchmean"` is the divergence of the definition: the sum divided by the size of the first axis. `"mean"` divides by
   * the number of elements. Default `"mean"`, as in PyTorch.
   */
  readonly reduction?: LossReduction | "batchmean";
}

/**
 * Computes the Kullback-Leibler divergence of a prediction from a target: `target * (log(target) - logProbabilities)`.
 * Terms with a target of 0 are 0. PyTorch: `F.kl_div`.
 * @param logProbabilities float32, such as `logSoftmax` of logits
 * @param target float32 probabilities of the same shape, or their logarithms with `logTarget`
 * @param options `logTarget` (default false) and `reduction` (default `"mean"`)
 * @returns one number, or a tensor of the shape of the target with the reduction `"none"`
 * @throws GraphError if the shapes differ
 * @example ops.klDivergence(ops.logSoftmax(student), ops.softmax(teacher), { reduction: "batchmean" });
 */
export function klDivergence(
  logProbabilities: Tensor,
  target: Tensor,
  { logTarget = false, reduction = "mean" }: KlDivergenceOptions = {},
): Tensor {
  checkEqualShapes("klDivergence", { "log probabilities": logProbabilities, target });
  const losses = logTarget
    ? mul(exp(target), sub(target, logProbabilities))
    : mul(target, sub(log(where(greater(target, 0), target, 1)), logProbabilities));
  if (reduction !== "batchmean") return reduceLoss("klDivergence", losses, reduction);
  return mul(sum(losses), 1 / (target.shape[0] ?? 1));
}
