/**
 * Times are steps, epochs or fractions of either, so rounding can move a time off its boundary: 0.3 / 0.1 is
 * 2.9999999999999996, and 0.55 epochs of 100 steps are 55.00000000000001 steps. Every comparison of a time with a boundary
 * is made here, and times closer than this are equal.
 */
const tolerance = (time: number): number => 1e-10 + 1e-13 * Math.abs(time);

/** Whether a time is at a boundary or after it. */
export const reached = (time: number, boundary: number): boolean => time >= boundary - tolerance(boundary);

/** The number of whole lengths that fit into a time. */
export function wholeLengths(time: number, length: number): number {
  const nearest = Math.round(time / length);
  return Math.abs(nearest * length - time) <= tolerance(time) ? nearest : Math.floor(time / length);
}

/** The time from a boundary to a time at or after it: never below 0. */
export const since = (time: number, boundary: number): number => Math.max(0, time - boundary);

/** The nearest whole number where a time equals it but for rounding; else the time. */
export function settled(time: number): number {
  const nearest = Math.round(time);
  return Math.abs(nearest - time) <= tolerance(time) ? nearest : time;
}

/** The number of boundaries that a time has reached. They never fall. */
export function boundariesReached(boundaries: readonly number[], time: number): number {
  let [low, high] = [0, boundaries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(time, boundaries[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
