/**
 * Divides the steps from `from` to `to`, which is excluded, into at most `count` ranges for the points of a plot.
 * @param isLogarithmic true for ranges of equal width on a logarithmic axis that starts at step 1
 * @returns the first step of each range, and `to`
 */
export function bucketsOf(from: number, to: number, count: number, isLogarithmic: boolean): number[] {
  const steps = Math.max(0, to - from);
  if (steps <= count) return Array.from({ length: steps + 1 }, (_, i) => from + i);
  const edges: number[] = [from];
  // Steps count from 0, which has no logarithm.
  const [low, high] = [Math.log(from + 1), Math.log(to + 1)];
  for (let i = 1; i < count; i++) {
    const share = i / count;
    const edge = isLogarithmic ? Math.exp(low + share * (high - low)) - 1 : from + share * steps;
    const step = Math.round(edge);
    if (step > (edges.at(-1) as number) && step < to) edges.push(step);
  }
  edges.push(to);
  return edges;
}
