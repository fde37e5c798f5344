/** Returns a quantile. @param {readonly number[]} numbers @param {number} p from 0 to 1 */
export function quantile(numbers, p) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** @param {readonly number[]} numbers */
export const median = (numbers) => quantile(numbers, 0.5);

/**
 * Returns the median and the quartiles of the ratio of a to b in the same rounds. A disturbance of the machine that lasts
 * longer than a round affects both, and leaves their ratio unchanged.
 *
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
export function ratio(a, b) {
  const ratios = a.map((time, round) => time / b[round]);
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}
