import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { fastaiWindow, indexOfLeast } from "./window.ts";

/**
 * A tenth of the rate at which the smoothed loss is least, as fastai's `minimum`: at the least loss itself, training is
 * about to diverge.
 *
 * Differs from fastai where that has no answer: null where the loss is never less than at the first step looked at.
 */
export function minimum(curve: LossCurve): Suggestion | null {
  const { lr, loss } = fastaiWindow(curve);
  const at = indexOfLeast(loss);
  if (at < 1) return null;
  const rate = lr[at] as number;
  return { lr: rate / 10, why: `a tenth of ${formatRate(rate)}, where the moving average of the loss is lowest` };
}
