import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { fastaiWindow, indexOfLeast } from "./window.ts";

/**
 * The rate at which the smoothed loss falls fastest with the logarithm of the rate: fastai's `steep`. The slope is that
 * from one step to the next; the suggestion is the rate of the first of the two.
 *
 * Differs from fastai where that has no answer: null with fewer than two steps to look at, or where no slope is down.
 */
export function steepest(curve: LossCurve): Suggestion | null {
  const { lr, loss } = fastaiWindow(curve);
  const slopes: number[] = [];
  for (let i = 0; i + 1 < lr.length; i++) {
    const [here, next] = [i, i + 1] as const;
    const rise = (loss[next] as number) - (loss[here] as number);
    slopes.push(rise / (Math.log(lr[next] as number) - Math.log(lr[here] as number)));
  }
  const at = indexOfLeast(slopes);
  if (at < 0 || (slopes[at] as number) >= 0) return null;
  const rate = lr[at] as number;
  return {
    lr: rate,
    why: `the moving average of the loss falls fastest, per factor of e in the rate, at ${formatRate(rate)}`,
  };
}
