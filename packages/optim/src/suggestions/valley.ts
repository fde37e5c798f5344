import { numberAt } from "../number-at.ts";
import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { fastaiWindow } from "./window.ts";

/**
 * Suggests the middle of the longest valley, as fastai does by default. It finds the longest strictly decreasing
 * subsequence of the smoothed losses; the valley has as many steps, up to where the subsequence ends. The suggestion
 * comes after a third and a sixth of them, each rounded down.
 *
 * Unlike fastai, it returns null if the subsequence has fewer than three losses.
 */
export function valley(curve: LossCurve): Suggestion | null {
  const { lr, loss } = fastaiWindow(curve);
  const { end, length } = longestDescent(loss);
  if (length < 3) return null;
  const third = length / 3;
  // -1 if the whole curve up to `end` falls: fastai counts the valley from the step before its first.
  const start = end - length;
  const rate = numberAt(lr, start + Math.floor(third) + Math.floor(third / 2));
  const [from, to] = [numberAt(lr, Math.max(0, start)), numberAt(lr, end)];
  return {
    lr: rate,
    why: `the middle of the longest fall of the moving average of the loss, from ${formatRate(from)} to ${formatRate(to)}`,
  };
}

/**
 * Returns the length of the longest strictly decreasing subsequence, and the end of the first one of that length. Takes
 * n log n comparisons.
 */
export function longestDescent(values: readonly number[]): { readonly end: number; readonly length: number } {
  // Largest last value of a descent of each length, the shortest first: they decrease.
  const lasts: number[] = [];
  let end = 0;
  for (const [i, value] of values.entries()) {
    let [low, high] = [0, lasts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numberAt(lasts, middle) > value) low = middle + 1;
      else high = middle;
    }
    if (low === lasts.length) end = i;
    lasts[low] = value;
  }
  return { end, length: lasts.length };
}
