import { numberAt } from "../number-at.ts";
import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { fastaiWindow, indexOfLeast } from "./window.ts";

/**
 * Suggests a tenth of the rate with the lowest smoothed loss, as fastai's `minimum`: at the lowest loss itself,
 * training is about to diverge.
 *
 * Unlike fastai, it returns null if the loss is never below that of the first step considered.
 */
export function minimum(curve: LossCurve): Suggestion | null {
  const { lr, loss } = fastaiWindow(curve);
  const at = indexOfLeast(loss);
  if (at < 1) return null;
  const rate = numberAt(lr, at);
  return { lr: rate / 10, why: `a tenth of ${formatRate(rate)}, where the moving average of the loss is lowest` };
}
