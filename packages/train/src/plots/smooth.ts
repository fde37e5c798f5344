import { smoother } from "@downhill/optim";
import type { Curve } from "./downsample.ts";

/** A smoothed curve, and the formula that gave it. */
export interface Smoothed {
  readonly curve: Curve;
  /** Steps over which the average reaches; 1 is no smoothing. */
  readonly reach: number;
  /** For the reader, in words and signs. */
  readonly formula: string;
}

/** Over how many steps the average reaches: a hundredth of the curve, so that it lags little behind it. */
function reachOf(steps: number): number {
  // Of short curves more, since that is what their noise takes; of long ones no more than shows.
  const longer = Math.max(steps / 100, Math.min(20, steps / 40));
  return Math.min(500, Math.max(1, Math.round(longer)));
}

/**
 * The exponential moving average of all raw values, without the pull of its start at zero. Values that are not finite
 * are left out of it, and stay as gaps.
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

/** A report draws the same curve several times. */
const SMOOTHED = new WeakMap<Float64Array, Smoothed>();

/** Formulas are not broken into lines. */
const whole = (formula: string): string => formula.replaceAll(" ", "\u00a0");
