import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { mean } from "./mean.ts";
import { sum } from "./sum.ts";

export type LossReduction = "mean" | "sum" | "none";

export interface LossOptions {
  /** What becomes of the losses: their mean (the default), their sum, or themselves. */
  readonly reduction?: LossReduction;
}

export function reduceLoss(op: string, losses: Tensor, reduction: LossReduction): Tensor {
  if (reduction === "mean") return mean(losses);
  if (reduction === "sum") return sum(losses);
  if (reduction === "none") return losses;
  return fail(op, `reduction = '${reduction}': expected 'mean', 'sum' or 'none'`);
}
