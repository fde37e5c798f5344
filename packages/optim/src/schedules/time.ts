import { numberAt } from "../number-at.ts";

/**
 * Tolerance of comparisons of times, which are steps, epochs or fractions of either. Rounding can move a time off its
 * boundary: 0.3 / 0.1 is 2.9999999999999996, and 0.55 epochs of 100 steps are 55.00000000000001 steps. This file makes
 * every comparison of a time with a boundary; times closer than the tolerance are equal.
 */
const tolerance = (time: number): number => 1e-10 + 1e-13 * Math.abs(time);

/** True if a time is at or after a boundary. */
export const reached = (time: number, boundary: number): boolean => time >= boundary - tolerance(boundary);

/** Returns the number of whole lengths in a time. */
export function wholeLengths(time: number, length: number): number {
  const nearest = Math.round(time / length);
  return Math.abs(nearest * length - time) <= tolerance(time) ? nearest : Math.floor(time / length);
}

/** Returns the time from a boundary to a time at or after it, at least 0. */
export const since = (time: number, boundary: number): number => Math.max(0, time - boundary);

/** Returns the nearest whole number if a time equals it except for rounding; else the time. */
export function settled(time: number): number {
  const nearest = Math.round(time);
  return Math.abs(nearest - time) <= tolerance(time) ? nearest : time;
}

/** Returns the number of boundaries, in rising order, that a time has reached. */
export function boundariesReached(boundaries: readonly number[], time: number): number {
  let [low, high] = [0, boundaries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(time, numberAt(boundaries, middle))) low = middle + 1;
    else high = middle;
  }
  return low;
}
