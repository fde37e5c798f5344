import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { type LossWeights, toWeights } from "./check-loss.ts";
import { div } from "./div.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { sum } from "./sum.ts";

/** Reduction of the losses of a batch. */
export type LossReduction = "mean" | "sum" | "none";

export interface LossOptions {
  /** `"mean"` or `"sum"` of all losses, or `"none"` to return each loss. Default `"mean"`. */
  readonly reduction?: LossReduction;
}

export interface WeightedLossOptions extends LossOptions {
  /**
   * Weight of each loss: a float32 tensor whose shape broadcasts to the shape of the losses, or a number for each index of
   * the last axis. The mean divides by the sum of the weights. Default: no weights.
   */
  readonly weight?: LossWeights;
}

/**
 * Reduces losses to their mean or sum, or returns them unchanged.
 * @param count divisor of the mean, one number; default: the number of losses
 */
export function reduceLoss(op: string, losses: Tensor, reduction: LossReduction, count?: Tensor): Tensor {
  if (reduction === "mean") return count ? div(sum(losses), count) : mean(losses);
  if (reduction === "sum") return sum(losses);
  if (reduction === "none") return losses;
  return fail(op, `reduction = '${reduction}'. Expected 'mean', 'sum' or 'none'.`);
}

/** Multiplies losses by the weights of the options, and reduces them. */
export function reduceWeighted(
  op: string,
  losses: Tensor,
  { reduction = "mean", weight }: WeightedLossOptions,
): Tensor {
  const factors = toWeights(op, "weight", weight, losses);
  if (!factors) return reduceLoss(op, losses, reduction);
  const count = mul(sum(factors), sizeOf(losses.shape) / sizeOf(factors.shape));
  return reduceLoss(op, mul(losses, factors), reduction, count);
}
