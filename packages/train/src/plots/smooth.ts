import { smoother } from "@downhill/optim";
import type { Point } from "./downsample.ts";

/** A smoothed curve, and the formula that gave it. */
export interface Smoothed {
  readonly points: readonly Point[];
  /** Steps over which the average reaches; 1 is no smoothing. */
  readonly reach: number;
  /** For the reader, in words and signs. */
  readonly formula: string;
}

/** The average reaches over this share of the curve, so that its course is seen and it lags little behind it. */
const SHARE = 1 / 100;
/** But over no more steps than these. */
const LONGEST = 500;

/**
 * The exponential moving average of all raw values, without the pull of its start at zero. Values that are not finite
 * are left out of it, and stay as gaps.
 */
export function smooth(raw: readonly Point[]): Smoothed {
  const reach = Math.min(LONGEST, Math.max(1, Math.round(SHARE * raw.length)));
  const average = smoother(1 - 1 / reach);
  const points = raw.map(({ x, y }) => ({ x, y: Number.isFinite(y) ? average(y) : Number.NaN }));
  const formula =
    reach === 1
      ? "no smoothing"
      : `debiased moving average, ${whole("s ← βs + (1 − β)x")}, drawn as ${whole("s / (1 − βⁿ)")} after n steps, ${whole(`β = 1 − 1/${reach}`)}`;
  return { points, reach, formula };
}

/** Formulas are not broken into lines. */
const whole = (formula: string): string => formula.replaceAll(" ", "\u00a0");
