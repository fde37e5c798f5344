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
 * Returns the median and the quartiles of the ratio of a to b in the same rounds, and the ratio of their fastest rounds. A
 * disturbance of the machine that lasts longer than a round affects both, and leaves the median unchanged; one that comes
 * and goes within a round only makes a round slower, and leaves the fastest ones unchanged.
 *
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
export function ratio(a, b) {
  const ratios = a.map((time, round) => time / b[round]);
  const fastest = Math.min(...a) / Math.min(...b);
  return { fastest, median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}
