import type { Point, Surface } from "./surface.ts";
import { type Traceable, trace } from "./trace.ts";

/** Returns the number of steps to the first point that satisfies a condition; infinity if none does. */
export function stepsUntil(condition: (point: Point) => boolean, points: readonly Point[]): number {
  const steps = points.findIndex(condition);
  return steps < 0 ? Number.POSITIVE_INFINITY : steps;
}

/** Learning rate beyond which no optimizer is tried. */
const HIGHEST = 1e12;

/**
 * Returns the lowest learning rate, to 1 %, at which an optimizer arrives within a number of steps. Rates of different
 * optimizers cannot be compared, but paces can.
 * @param method returns the optimizer with a learning rate
 * @param arrived true for the points at which it has arrived
 * @throws RangeError if it arrives at no rate from 1e-4 to 1e12 by factors of 2
 * @example
 * const lr = rateForPace((lr) => adam({ lr }), surfaces.saddle, [1, 1e-4], 20, ([, y = 0]) => Math.abs(y) >= 1);
 */
export function rateForPace(
  method: (lr: number) => Traceable,
  surface: Surface,
  start: Point,
  steps: number,
  arrived: (point: Point) => boolean,
): number {
  const arrives = (lr: number): boolean => trace(method(lr), surface, start, steps).points.some(arrived);
  let high = 1e-4;
  while (!arrives(high)) {
    high *= 2;
    if (high > HIGHEST) throw new RangeError(`rateForPace: no learning rate arrives within ${steps} steps`);
  }
  let low = high / 2;
  while (high / low > 1.01) {
    const middle = Math.sqrt(low * high);
    if (arrives(middle)) high = middle;
    else low = middle;
  }
  return high;
}
