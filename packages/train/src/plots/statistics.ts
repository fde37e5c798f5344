import { at } from "../at.ts";

/**
 * Returns a quantile of the finite values; NaN if there are none.
 * @param above excludes values up to this bound; default none
 */
export function quantile(values: ArrayLike<number>, share: number, above = Number.NEGATIVE_INFINITY): number {
  const sorted = sortedFinite(values);
  let [first, end] = [0, sorted.length];
  while (above > Number.NEGATIVE_INFINITY && first < end) {
    const middle = (first + end) >> 1;
    if (at(sorted, middle) > above) end = middle;
    else first = middle + 1;
  }
  return sorted[first + Math.round(share * (sorted.length - first - 1))] ?? Number.NaN;
}

/** Cache: a report needs several quantiles of the same values. */
const SORTED = new WeakMap<object, Float64Array>();

function sortedFinite(values: ArrayLike<number>): Float64Array {
  const known = SORTED.get(values);
  if (known) return known;
  const sorted = select(values, Number.isFinite).sort();
  if (values instanceof Float64Array) SORTED.set(values, sorted);
  return sorted;
}

/**
 * Returns the lowest and highest finite value that passes a test; null if there is none. Unlike Math.max, it accepts any
 * number of values.
 */
export function extent(
  values: ArrayLike<number>,
  test?: (value: number) => boolean,
): readonly [low: number, high: number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value) || (test && !test(value))) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

/** Returns the values that pass a test. For a million values it is ten times as fast as the filter of typed arrays. */
export function select(values: ArrayLike<number>, test: (value: number, i: number) => boolean): Float64Array {
  const selected = new Float64Array(values.length);
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (test(value, i)) selected[length++] = value;
  }
  return selected.slice(0, length);
}

/** Returns the number of values that pass a test. */
export function countOf(values: Float64Array, test: (value: number) => boolean): number {
  let passed = 0;
  for (let i = 0; i < values.length; i++) if (test(at(values, i))) passed++;
  return passed;
}

/** Returns the last finite value. */
export function lastFinite(values: Float64Array): number | undefined {
  for (let i = values.length - 1; i >= 0; i--) if (Number.isFinite(values[i])) return values[i];
  return undefined;
}
