/**
 * Smooths losses without shifting them: at each rate the mean of those around it, weighted by a Gaussian of `bandwidth`
 * decades. (A moving average over past steps lags, so what is read off it is too far to the right.) A loss above
 * `ceiling`, or one that is not finite, counts as the ceiling: what blows up does so by any factor, and must not outweigh
 * all its neighbours.
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
  return decades.map((centre) => {
    while ((decades[first] as number) < centre - reach) first++;
    let [sum, weights] = [0, 0];
    for (let i = first; i < decades.length && (decades[i] as number) <= centre + reach; i++) {
      const weight = Math.exp(-0.5 * (((decades[i] as number) - centre) / bandwidth) ** 2);
      sum += weight * (clipped[i] as number);
      weights += weight;
    }
    return sum / weights;
  });
}

/**
 * The standard deviation of the noise, from how far each loss is from the line between its neighbours. The median of
 * those distances, so neither outliers nor a curve that bends disturb it.
 */
export function noiseOf(loss: readonly number[]): number {
  const distances: number[] = [];
  for (let i = 1; i + 1 < loss.length; i++) {
    const [before, here, after] = [loss[i - 1], loss[i], loss[i + 1]] as [number, number, number];
    distances.push(Math.abs(here - (before + after) / 2));
  }
  // Of normal noise: the distance has 1.5 times its variance, and the median of a magnitude is 0.6745 deviations.
  return median(distances) / 0.6745 / Math.sqrt(1.5);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}
