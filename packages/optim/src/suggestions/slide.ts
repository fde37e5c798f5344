import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { fastaiWindow, indexOfLeast } from "./window.ts";

export interface SlideOptions {
  /** How many steps apart the two slopes are. Default 15. */
  readonly lrDiff?: number;
  /** How much they differ where the loss still bends, in units of the loss per step. Default 0.005. */
  readonly thresh?: number;
  /** What the rate found is multiplied by. Default 1. */
  readonly adjustValue?: number;
}

/**
 * The interval slide rule, as fastai's `slide` (and by its defaults): two steps `lrDiff` apart slide from the end of
 * the curve towards small rates for as long as the slopes of the smoothed loss at the two differ by more than `thresh`.
 * The lower step of the last two that did is the suggestion; of the two they start from, if even those do not.
 *
 * `thresh` is absolute, so the suggestion depends on the loss's scale and on how many steps the sweep has.
 *
 * Differs from fastai where that has no answer: null with `lrDiff` steps or fewer to look at, or where the loss is
 * never less than at the first of them.
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
  const bends = (at: number): boolean => Math.abs((slopes[at + lrDiff] as number) - (slopes[at] as number)) > thresh;
  const last = lr.length - 1 - lrDiff;
  let below = last;
  while (below >= 0 && bends(below)) below--;
  // Of the last pair that bent, or of the first pair if none did.
  const rate = lr[Math.min(below + 1, last)] as number;
  const why =
    below < last
      ? `from ${formatRate(rate)} up, the slope of the moving average changes by more than ${thresh} in ${lrDiff} steps`
      : `the slope of the moving average changes by ${thresh} or less in the last ${lrDiff} steps looked at, from ${formatRate(rate)}`;
  return { lr: rate * adjustValue, why: adjustValue === 1 ? why : `${adjustValue} times the rate where ${why}` };
}

/** Slopes per step, from both neighbours and at the ends from the one: NumPy's `gradient`. Two values at least. */
function gradient(values: readonly number[]): number[] {
  const last = values.length - 1;
  return values.map((_, i) => {
    const [left, right] = [Math.max(0, i - 1), Math.min(last, i + 1)];
    return ((values[right] as number) - (values[left] as number)) / (right - left);
  });
}
