import type { LossCurve } from "./curve.ts";

/** Part of a curve, as numbers side by side. */
export interface Window {
  readonly lr: readonly number[];
  readonly loss: readonly number[];
}

/**
 * What fastai's suggestions look at: the smoothed losses, without the first tenth of the sweep (of all its steps, also
 * where it stopped early) and without the last five steps. After a NaN, fastai sweeps on to the end: the five are then
 * the sweep's last, and the curve counts up to the NaN.
 */
export function fastaiWindow(curve: LossCurve): Window {
  const { length } = curve.lr;
  const steps = curve.steps ?? length;
  const end = curve.stop?.cause === "non-finite" ? Math.min(length, steps - 5) : length - 5;
  return between(curve.lr, curve.smoothed, Math.floor(steps / 10), end);
}

/** What the Keras LR finder's best rate looks at: the first ten steps and the last five are left out. */
export function kerasWindow(curve: LossCurve, values: readonly number[]): Window {
  // That finder records a NaN before it stops, so that one of its last five is no longer in the curve.
  const recorded = curve.lr.length + (curve.stop?.cause === "non-finite" ? 1 : 0);
  return between(curve.lr, values, 10, recorded - 5);
}

function between(lr: readonly number[], loss: readonly number[], start: number, end: number): Window {
  const last = Math.max(start, end);
  return { lr: lr.slice(start, last), loss: loss.slice(start, last) };
}

/** Where the least of some numbers is, the first of equal ones; -1 if there are none. */
export function indexOfLeast(values: readonly number[]): number {
  let least = values.length > 0 ? 0 : -1;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) < (values[least] as number)) least = i;
  return least;
}
