import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { mean } from "./mean.ts";
import { sum } from "./sum.ts";

/** Reduction of the losses of a batch. */
export type LossReduction = "mean" | "sum" | "none";

export interface LossOptions {
  /** `"mean"` or `"sum"` of all losses, or `"none"` to return each loss. Default `"mean"`. */
  readonly reduction?: LossReduction;
}

/** Reduces losses to their mean or sum, or returns them unchanged. */
export function reduceLoss(op: string, losses: Tensor, reduction: LossReduction): Tensor {
  if (reduction === "mean") return mean(losses);
  if (reduction === "sum") return sum(losses);
  if (reduction === "none") return losses;
  return fail(op, `reduction = '${reduction}'. Expected 'mean', 'sum' or 'none'.`);
}
