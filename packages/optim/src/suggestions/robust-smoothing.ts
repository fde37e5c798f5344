import { numberAt } from "../number-at.ts";
/**
 * Smooths losses without shifting them: at each rate the mean of the losses around it, with Gaussian weights of
 * `bandwidth` decades. (A moving average over past steps lags, so its landmarks are too far to the right.) A loss above
 * `ceiling`, or one that is not finite, counts as the ceiling: a diverging loss may grow by any factor and must not
 * outweigh all its neighbors.
 *
 * @param decades decimal logarithms of the rates, ascending
 */
export function smoothAround(
  decades: readonly number[],
  loss: readonly number[],
  bandwidth: number,
  ceiling: number,
): number[] {
  const clipped = loss.map((value) => (value < ceiling ? value : ceiling));
  // Beyond four bandwidths a weight is below 1/2000 of the middle's.
  const reach = 4 * bandwidth;
  let first = 0;
  return decades.map((center) => {
    while (numberAt(decades, first) < center - reach) first++;
    let [sum, weights] = [0, 0];
    for (let i = first; i < decades.length && numberAt(decades, i) <= center + reach; i++) {
      const weight = Math.exp(-0.5 * ((numberAt(decades, i) - center) / bandwidth) ** 2);
      sum += weight * numberAt(clipped, i);
      weights += weight;
    }
    return sum / weights;
  });
}

/**
 * Estimates the standard deviation of the noise from the distance of each loss from the line between its neighbors. It
 * uses the median of those distances, so that neither outliers nor a curved trend disturb it.
 */
export function noiseOf(loss: readonly number[]): number {
  const distances: number[] = [];
  for (let i = 1; i + 1 < loss.length; i++) {
    const [before, here, after] = [loss[i - 1], loss[i], loss[i + 1]] as [number, number, number];
    distances.push(Math.abs(here - (before + after) / 2));
  }
  // For normal noise the distance has 1.5 times its variance, and the median of a magnitude is 0.6745 deviations.
  return median(distances) / 0.6745 / Math.sqrt(1.5);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (numberAt(sorted, (sorted.length - 1) >> 1) + numberAt(sorted, sorted.length >> 1)) / 2;
}
