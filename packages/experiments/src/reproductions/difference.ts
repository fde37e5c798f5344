import { number, percent } from "@downhill/train/plots";
import { type Mean, meanOf } from "@downhill/train/statistics";
import { at } from "../at.ts";
import { differenceText, shownInterval } from "../report/words.ts";
import type { Claim } from "./reproduction.ts";

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

/** Accuracies of one setting by seed, with the name of the setting. */
type Named = readonly [name: string, accuracies: readonly number[]];

/** Returns the claim that the first accuracies are higher than the second. */
export function isBetter(statement: string, first: Named, second: Named): Claim {
  const gain = difference(first[1], second[1]);
  const rule = "the 95 % interval of the paired difference over the seeds is above 0";
  return { statement, measured: comparedText(first, second, gain), rule, holds: gain.isAbove };
}

/** Largest loss of accuracy that counts as none. */
const MARGIN = 0.01;

/** Returns the claim that the first accuracies are not lower than the second, or by less than one percentage point. */
export function isNotWorse(statement: string, first: Named, second: Named): Claim {
  const gain = difference(first[1], second[1]);
  const rule = `the lower end of the 95 % interval of the paired difference over the seeds is above −${100 * MARGIN} point`;
  return {
    statement,
    measured: comparedText(first, second, gain),
    rule,
    holds: gain.interval && gain.interval[0] > -MARGIN,
  };
}

const comparedText = ([name, first]: Named, [otherName, second]: Named, gain: Mean): string =>
  `${name} ${accuracyText(first)}, ${otherName} ${accuracyText(second)}, difference ${pointsText(gain)}`;

/** Returns the mean of accuracies with its interval in words: "91.2 % (90.8 to 91.6)". */
export const accuracyText = (accuracies: readonly number[]): string => {
  const mean = meanOf(accuracies);
  return withInterval({ ...mean, interval: shownInterval("accuracy", mean) }, (x) => percent(x));
};

/** Returns a difference of accuracies in percentage points with its interval: "+1.2 points (0.8 to 1.6)". */
export const pointsText = ({ mean, interval }: Mean): string => {
  const points = (value: number): string => differenceText("accuracy", value);
  return `${points(mean)} points${interval ? ` (${points(interval[0])} to ${points(interval[1])})` : ""}`;
};

/** Returns a mean with its interval in words. */
export const meanText = (mean: Mean, digits = 3): string => withInterval(mean, (value) => number(value, digits));

const withInterval = ({ mean, interval }: Mean, format: (value: number) => string): string =>
  interval ? `${format(mean)} (${format(interval[0])} to ${format(interval[1])})` : format(mean);
