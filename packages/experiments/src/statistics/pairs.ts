import { average, type Mean, meansOf, pValue, variance } from "@downhill/train/statistics";
import { moderate } from "./moderated-variance.ts";

/** Two entrants of a race, by index, with the difference of their scores. */
export interface Pair {
  readonly a: number;
  readonly b: number;
  /** Mean over seeds of the score of `a` minus that of `b`, with its interval, which is that of this pair alone. */
  readonly difference: Mean;
  /** Probability of a difference this large between equal entrants, corrected for the number of pairs; null for one seed. */
  readonly p: number | null;
  /** True if the entrants are declared different. */
  readonly isDifferent: boolean;
}

/**
 * Level of the test. Raised variances make it slightly too eager: at 0.04, equal entrants are declared different in at most
 * 5 % of simulated races, whether all entrants are equally noisy, some are much noisier, or all depend on the seed.
 */
export const LEVEL = 0.04;

/**
 * Compares every two entrants of a race over the same seeds: paired t-tests, since the trainings of a seed share their
 * initial weights, order and split. Their variances are estimated together, and their p-values are
 * corrected by Holm's method (https://www.jstor.org/stable/4615733), so that a race of equal entrants finds a difference in at
 * most 5 % of the cases.
 * @param scores [entrants][seeds], with equal numbers of seeds; all finite
 */
export function comparePairs(scores: readonly (readonly number[])[]): Pair[] {
  const entrants = scores.length;
  const seeds = scores[0]?.length ?? 0;
  const pairs = scores.flatMap((first, a) =>
    scores.slice(a + 1).map((second, i) => {
      const differences = first.map((score, seed) => score - (second[seed] as number));
      return { a, b: a + 1 + i, differences };
    }),
  );
  if (pairs.length === 0 || seeds < 1) return [];
  const values = seeds < 2 ? pairs.map(() => null) : pValues(pairs, seeds, (entrants - 1) * (seeds - 1));
  const corrected = holm(values);
  const means = meansOf(pairs.map(({ differences }) => differences));
  return pairs.map(({ a, b }, i) => {
    const p = corrected[i] ?? null;
    return { a, b, difference: means[i] as Mean, p, isDifferent: p !== null && p < LEVEL };
  });
}

function pValues(pairs: readonly { readonly differences: readonly number[] }[], seeds: number, most: number): number[] {
  const estimates = moderate(
    pairs.map(({ differences }) => variance(differences)),
    seeds - 1,
    most,
  );
  return pairs.map(({ differences }, i) => {
    const estimate = estimates[i] as (typeof estimates)[number];
    const mean = average(differences);
    if (mean === 0) return 1;
    return pValue(mean / Math.sqrt(estimate.variance / seeds), estimate.freedom);
  });
}

/** Corrects p-values for their number. */
export function holm(values: readonly (number | null)[]): (number | null)[] {
  const order = values.flatMap((p, index) => (p === null ? [] : [{ p, index }])).sort((a, b) => a.p - b.p);
  const corrected: (number | null)[] = values.map(() => null);
  let highest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, p * (order.length - rank)));
    corrected[index] = highest;
  }
  return corrected;
}
