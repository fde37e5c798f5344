import { numberAt } from "../number-at.ts";
import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { fastaiWindow, indexOfLeast } from "./window.ts";

export interface SlideOptions {
  /** Distance of the two slopes, in steps. Default 15. */
  readonly lrDiff?: number;
  /** Smallest difference of the slopes that counts as a bend, in units of the loss per step. Default 0.005. */
  readonly thresh?: number;
  /** Factor of the rate that is found. Default 1. */
  readonly adjustValue?: number;
}

/**
 * Suggests a rate by the interval slide rule, as fastai's `slide` with its defaults: two steps `lrDiff` apart slide
 * from the end of the curve toward small rates while the slopes of the smoothed loss at the two differ by more than
 * `thresh`. The suggestion is the lower step of the last pair that differed, or of the first pair if that does not.
 *
 * `thresh` is absolute, so the suggestion depends on the loss's scale and on the number of steps in the sweep.
 *
 * Unlike fastai, it returns null with `lrDiff` steps or fewer to consider, or if the loss is never below that of the
 * first of them.
 */
export function slide(
  curve: LossCurve,
  { lrDiff = 15, thresh = 0.005, adjustValue = 1 }: SlideOptions = {},
): Suggestion | null {
  if (!(Number.isInteger(lrDiff) && lrDiff >= 1)) {
    throw new RangeError(`slide: lrDiff = ${lrDiff}: expected a whole number of steps, 1 or more`);
  }
  if (!(thresh >= 0)) throw new RangeError(`slide: thresh = ${thresh}: expected a number, 0 or more`);
  if (!(adjustValue > 0)) throw new RangeError(`slide: adjustValue = ${adjustValue}: expected a positive number`);
  const { lr, loss } = fastaiWindow(curve);
  if (lr.length <= lrDiff || indexOfLeast(loss) === 0) return null;
  const slopes = gradient(loss);
  const bends = (at: number): boolean => Math.abs(numberAt(slopes, at + lrDiff) - numberAt(slopes, at)) > thresh;
  const last = lr.length - 1 - lrDiff;
  let below = last;
  while (below >= 0 && bends(below)) below--;
  // The last pair that bent, or the first pair if none did.
  const rate = numberAt(lr, Math.min(below + 1, last));
  const why =
    below < last
      ? `from ${formatRate(rate)} up, the slope of the moving average changes by more than ${thresh} in ${lrDiff} steps`
      : `the slope of the moving average changes by ${thresh} or less in the last ${lrDiff} steps considered, from ${formatRate(rate)}`;
  return { lr: rate * adjustValue, why: adjustValue === 1 ? why : `${adjustValue} times the rate where ${why}` };
}

/**
 * Returns the slopes per step, from both neighbors or, at the ends, from one: NumPy's `gradient`. Requires at least two
 * values.
 */
function gradient(values: readonly number[]): number[] {
  const last = values.length - 1;
  return values.map((_, i) => {
    const [left, right] = [Math.max(0, i - 1), Math.min(last, i + 1)];
    return (numberAt(values, right) - numberAt(values, left)) / (right - left);
  });
}
