/** @param {readonly number[]} numbers @param {number} p between 0 and 1 */
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
 * Times of a and b from the same rounds: the median of a's share of b, and its quartiles. What disturbs the machine
 * for longer than a round disturbs both, and leaves their ratio alone.
 *
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
export function ratio(a, b) {
  const ratios = a.map((time, round) => time / b[round]);
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}
