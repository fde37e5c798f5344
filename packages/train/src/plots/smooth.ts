import { smoother } from "@downhill/optim";
import type { Curve } from "./downsample.ts";

/** Smoothed curve with the formula of its smoothing. */
export interface Smoothed {
  readonly curve: Curve;
  /** Window of the average in steps; 1 is no smoothing. */
  readonly reach: number;
  /** Formula for readers of the plot. */
  readonly formula: string;
}

/** Returns the window of the average: a hundredth of the curve, so that the average lags little. */
function reachOf(steps: number): number {
  // Short curves need a relatively longer window against noise; beyond 500 steps no difference is visible.
  const longer = Math.max(steps / 100, Math.min(20, steps / 40));
  return Math.min(500, Math.max(1, Math.round(longer)));
}

/**
 * Returns the bias-corrected exponential moving average of a curve. Non-finite values are ignored and remain as gaps.
 */
export function smooth({ x, y }: Curve): Smoothed {
  const known = SMOOTHED.get(y);
  if (known) return known;
  const reach = reachOf(y.length);
  const average = smoother(1 - 1 / reach);
  const curve = { x, y: y.map((value) => (Number.isFinite(value) ? average(value) : Number.NaN)) };
  const formula =
    reach === 1
      ? "no smoothing"
      : `debiased moving average, ${whole("s ← βs + (1 − β)x")}, drawn as ${whole("s / (1 − βⁿ)")} after n steps, ${whole(`β = 1 − 1/${reach}`)}`;
  const smoothed = { curve, reach, formula };
  SMOOTHED.set(y, smoothed);
  return smoothed;
}

/** Cache: a report draws the same curve several times. */
const SMOOTHED = new WeakMap<Float64Array, Smoothed>();

/** Replaces spaces so that a formula stays on one line. */
const whole = (formula: string): string => formula.replaceAll(" ", "\u00a0");
