import { numberAt } from "../number-at.ts";
import type { LossCurve } from "./curve.ts";

/** Part of a curve: rates and losses of equal number. */
export interface Window {
  readonly lr: readonly number[];
  readonly loss: readonly number[];
}

/**
 * Returns the part that fastai's suggestions use: the smoothed losses without the first tenth of the sweep's planned
 * steps and without the last five. After a NaN, fastai sweeps on to the end: the five are then the sweep's last, and
 * the curve counts up to the NaN.
 */
export function fastaiWindow(curve: LossCurve): Window {
  const { length } = curve.lr;
  const steps = curve.steps ?? length;
  const end = curve.stop?.cause === "non-finite" ? Math.min(length, steps - 5) : length - 5;
  return between(curve.lr, curve.smoothed, Math.floor(steps / 10), end);
}

/** Returns the part that the Keras LR finder's best rate uses: all but the first ten steps and the last five. */
export function kerasWindow(curve: LossCurve, values: readonly number[]): Window {
  // That finder records a NaN before it stops, so one of its last five steps is not in the curve.
  const recorded = curve.lr.length + (curve.stop?.cause === "non-finite" ? 1 : 0);
  return between(curve.lr, values, 10, recorded - 5);
}

function between(lr: readonly number[], loss: readonly number[], start: number, end: number): Window {
  const last = Math.max(start, end);
  return { lr: lr.slice(start, last), loss: loss.slice(start, last) };
}

/** Returns the index of the least number, the first of equal ones; -1 if there are none. */
export function indexOfLeast(values: readonly number[]): number {
  let least = values.length > 0 ? 0 : -1;
  for (let i = 1; i < values.length; i++) if (numberAt(values, i) < numberAt(values, least)) least = i;
  return least;
}
