import { average, criticalValue, pValue, variance } from "@downhill/train/statistics";
import { moderate } from "../statistics/moderated-variance.ts";
import { holm } from "../statistics/pairs.ts";

/** Difference between a candidate and the settings in force, over seeds. */
export interface Difference {
  /** Mean accuracy of the candidate minus that of the settings in force. */
  readonly mean: number;
  /** Its 95 % interval. */
  readonly interval: readonly [low: number, high: number];
  /** Probability of a difference this large between equal settings, corrected for the number of candidates. */
  readonly p: number;
  /** Variance of the differences of single seeds. */
  readonly variance: number;
}

/** Level of the test of a question. The final claim has a test of its own. */
const LEVEL = 0.05;

/** Returns true if a candidate is certainly better. */
export const isBetter = ({ mean, p }: Difference): boolean => mean > 0 && p < LEVEL;

/**
 * Compares the candidates of a question with the settings in force: paired t-tests over the seeds, whose variances are
 * estimated together with those of earlier questions, and p-values that are corrected by Holm's method. Few images may give
 * equal differences by chance, so that a variance is at least that of the images which count for only one of the two.
 * @param current accuracy of the settings in force by seed; at least two seeds
 * @param candidates accuracy of each candidate by seed
 * @param earlier variances of earlier questions, over as many seeds
 * @param images number of images on which each accuracy is measured
 */
export function compareWithCurrent(
  current: readonly number[],
  candidates: readonly (readonly number[])[],
  earlier: readonly number[],
  images: number,
): Difference[] {
  const seeds = current.length;
  const differences = candidates.map((scores) => scores.map((score, i) => score - (current[i] as number)));
  const own = differences.map((values) => Math.max(variance(values), leastVariance(values, images)));
  const all = [...earlier, ...own];
  const estimates = moderate(all, seeds - 1, all.length * (seeds - 1)).slice(earlier.length);
  const tests = differences.map((values, i) => {
    const { variance: moderated, freedom } = estimates[i] as (typeof estimates)[number];
    const mean = average(values);
    const error = Math.sqrt(moderated / seeds);
    const half = criticalValue(LEVEL, freedom) * error;
    return { mean, interval: [mean - half, mean + half] as const, p: mean === 0 ? 1 : pValue(mean / error, freedom) };
  });
  const corrected = holm(tests.map(({ p }) => p));
  return tests.map((test, i) => ({ ...test, p: corrected[i] as number, variance: own[i] as number }));
}

/** Returns the smallest variance of a difference of two accuracies on the same images: that if only one of them is wrong. */
export const leastVariance = (differences: readonly number[], images: number): number =>
  average(differences.map(Math.abs)) / images;
