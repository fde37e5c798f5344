import type { LossCurve, Suggestion } from "./curve.ts";
import { formatRate } from "./format.ts";
import { fastaiWindow } from "./window.ts";

/**
 * The middle of the longest valley, fastai's default: the longest run of ever smaller smoothed losses, other steps
 * between them allowed, is found; the valley is as many steps as it has, up to where it ends. A third of them and a
 * sixth, each rounded down, come before the suggestion.
 *
 * Differs from fastai where that has no answer: null where fewer than three losses in a row of falling ones are found.
 */
export function valley(curve: LossCurve): Suggestion | null {
  const { lr, loss } = fastaiWindow(curve);
  const { end, length } = longestDescent(loss);
  if (length < 3) return null;
  const third = length / 3;
  // -1 where the whole curve up to `end` falls: fastai counts the valley from the step before its first.
  const start = end - length;
  const rate = lr[start + Math.floor(third) + Math.floor(third / 2)] as number;
  const [from, to] = [lr[Math.max(0, start)] as number, lr[end] as number];
  return {
    lr: rate,
    why: `the middle of the longest fall of the moving average of the loss, from ${formatRate(from)} to ${formatRate(to)}`,
  };
}

/**
 * The longest strictly decreasing subsequence: how long it is, and where the first one that long ends. Takes
 * n log n comparisons.
 */
export function longestDescent(values: readonly number[]): { readonly end: number; readonly length: number } {
  // The largest last value of a descent of each length, the shortest first: they decrease.
  const lasts: number[] = [];
  let end = 0;
  for (const [i, value] of values.entries()) {
    let [low, high] = [0, lasts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lasts[middle] as number) > value) low = middle + 1;
      else high = middle;
    }
    if (low === lasts.length) end = i;
    lasts[low] = value;
  }
  return { end, length: lasts.length };
}
