import { type Point, type Surface, type Traceable, trace } from "@downhill/optim";

/** An optimizer as a function of its learning rate; all other hyperparameters are those that the paper recommends. */
export type Method = (lr: number) => Traceable;

/** Returns the number of steps to the first point that satisfies a condition; infinity if none does. */
export function stepsUntil(condition: (point: Point) => boolean, points: readonly Point[]): number {
  const steps = points.findIndex(condition);
  return steps < 0 ? Number.POSITIVE_INFINITY : steps;
}

/**
 * Returns the lowest learning rate, to 1 %, at which a method arrives within a number of steps. Rates of different methods
 * cannot be compared, but paces can.
 */
export function rateForPace(
  method: Method,
  surface: Surface,
  start: Point,
  steps: number,
  arrived: (point: Point) => boolean,
): number {
  const arrives = (lr: number): boolean => trace(method(lr), surface, start, steps).points.some(arrived);
  let high = 1e-4;
  while (!arrives(high)) high *= 2;
  let low = high / 2;
  while (high / low > 1.01) {
    const middle = Math.sqrt(low * high);
    if (arrives(middle)) high = middle;
    else low = middle;
  }
  return high;
}
