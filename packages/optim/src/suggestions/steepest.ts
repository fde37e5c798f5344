import { numberAt } from "../number-at.ts";
import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { fastaiWindow, indexOfLeast } from "./window.ts";

/**
 * Suggests the rate at which the smoothed loss falls fastest with the logarithm of the rate: fastai's `steep`. The
 * slope is that from one step to the next; the suggestion is the rate of the first of the two.
 *
 * Unlike fastai, it returns null with fewer than two steps to consider, or if no slope is negative.
 */
export function steepest(curve: LossCurve): Suggestion | null {
  const { lr, loss } = fastaiWindow(curve);
  const slopes: number[] = [];
  for (let i = 0; i + 1 < lr.length; i++) {
    const [here, next] = [i, i + 1] as const;
    const rise = numberAt(loss, next) - numberAt(loss, here);
    slopes.push(rise / (Math.log(numberAt(lr, next)) - Math.log(numberAt(lr, here))));
  }
  const at = indexOfLeast(slopes);
  if (at < 0 || numberAt(slopes, at) >= 0) return null;
  const rate = numberAt(lr, at);
  return {
    lr: rate,
    why: `the moving average of the loss falls fastest, per factor of e in the rate, at ${formatRate(rate)}`,
  };
}
