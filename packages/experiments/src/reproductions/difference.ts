import { number, percent } from "@downhill/train/plots";
import { at } from "../at.ts";
import { type Mean, meanOf } from "../statistics/mean.ts";

/** Difference of the scores of two settings over the same seeds. */
export interface Difference extends Mean {
  /** True if the interval is above 0; null for a single seed, which has no interval. */
  readonly isAbove: boolean | null;
  /** True if the interval is below 0; null for a single seed. */
  readonly isBelow: boolean | null;
}

/**
 * Returns the mean paired difference of two settings, with Student's 95 % interval.
 * @param first scores by seed
 * @param second scores of the same seeds
 */
export function difference(first: readonly number[], second: readonly number[]): Difference {
  const mean = meanOf(first.map((score, seed) => score - at(second, seed)));
  const { interval } = mean;
  return { ...mean, isAbove: interval && interval[0] > 0, isBelow: interval && interval[1] < 0 };
}

/** Rule of a claim about a difference, for `Claim.rule`. */
export const INTERVAL_RULE = "the 95 % interval of the paired difference over the seeds excludes 0";

/** Returns the mean of accuracies with its interval in words: "91.2 % (90.8 to 91.6)". */
export const accuracyText = (accuracies: readonly number[]): string =>
  withInterval(meanOf(accuracies), (x) => percent(x));

/** Returns a difference of accuracies in percentage points with its interval: "+1.2 points (0.8 to 1.6)". */
export const pointsText = ({ mean, interval }: Mean): string => {
  const points = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(100 * value).toFixed(2)}`;
  return `${points(mean)} points${interval ? ` (${points(interval[0])} to ${points(interval[1])})` : ""}`;
};

/** Returns a mean with its interval in words. */
export const meanText = (mean: Mean, digits = 3): string => withInterval(mean, (value) => number(value, digits));

const withInterval = ({ mean, interval }: Mean, format: (value: number) => string): string =>
  interval ? `${format(mean)} (${format(interval[0])} to ${format(interval[1])})` : format(mean);
