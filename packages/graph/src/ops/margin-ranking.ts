import { checkNumber } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { atLeastZero } from "./at-least-zero.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { mul } from "./mul.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { signTarget } from "./sign-target.ts";
import { sub } from "./sub.ts";

export interface MarginRankingOptions extends LossOptions {
  /** Difference of the scores from which on a pair has no loss. Default 0. */
  readonly margin?: number;
}

/**
 * Computes the ranking loss of pairs of scores: `max(margin - target * (a - b), 0)`. PyTorch: `F.margin_ranking_loss`.
 * @param a float32 scores
 * @param b float32 of the shape of `a`
 * @param target int32 or float32 of the shape of `a`: 1 where `a` should be higher, -1 where `b` should be
 * @param options `margin` (default 0) and `reduction` (default `"mean"`)
 * @returns one number, or a tensor of the shape of `a` with the reduction `"none"`
 * @throws GraphError if the shapes differ
 */
export function marginRanking(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  { margin = 0, reduction = "mean" }: MarginRankingOptions = {},
): Tensor {
  checkEqualShapes("marginRanking", { a, b });
  checkNumber("marginRanking", "margin", margin);
  const signs = signTarget("marginRanking", target, a.shape);
  return reduceLoss("marginRanking", atLeastZero(sub(margin, mul(signs, sub(a, b)))), reduction);
}
