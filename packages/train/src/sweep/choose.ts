import { average, variance } from "../statistics/mean.ts";

/** Trainings with one value. */
export interface Trial {
  readonly value: number;
  /** Final loss of each seed; null if one of them diverged. */
  readonly losses: readonly number[] | null;
}

/** Trial without diverged trainings. */
export interface WholeTrial extends Trial {
  readonly losses: readonly number[];
}

/** Range of values that are as good as the best one. */
export interface AsGood {
  /** Trial with the lowest mean loss. */
  readonly best: WholeTrial;
  /** Lowest value of the contiguous range around the best. */
  readonly from: WholeTrial;
  /** Highest value of that range. */
  readonly to: WholeTrial;
}

/** Differences below this share of the total loss reduction count as equal. */
const NEGLIGIBLE = 0.01;

/**
 * Returns the contiguous range of values, around the one with the lowest mean loss, whose mean loss exceeds it by at most
 * the noise. The noise is one standard error of the best value's losses, as in the one-standard-error rule (Breiman et al.,
 * Classification and Regression Trees, 1984), and at least a hundredth of the best value's loss reduction: with the same
 * images in the same order, even negligible differences are consistent.
 *
 * The rule uses means, and the error of the best value, so that a value that fails with one shuffle is rejected: its median
 * would be good, and the error of its differences large.
 * @param trials in ascending order of value
 * @param before loss of the untrained network
 * @returns null if all values diverged
 */
export function asGood(trials: readonly Trial[], before: number): AsGood | null {
  const whole = trials.filter(isWhole);
  const [first] = whole;
  if (!first) return null;
  const best = whole.reduce((a, b) => (average(b.losses) < average(a.losses) ? b : a), first);
  const least = average(best.losses);
  const noise = Math.max(standardError(best.losses), NEGLIGIBLE * (before - least));
  const isAsGood = (trial: Trial | undefined): trial is WholeTrial =>
    trial !== undefined && isWhole(trial) && average(trial.losses) - least <= noise;
  const end = (direction: 1 | -1): WholeTrial => {
    let last = best;
    for (let at = trials.indexOf(best) + direction; ; at += direction) {
      const next = trials[at];
      if (!isAsGood(next)) return last;
      last = next;
    }
  };
  return { best, from: end(-1), to: end(1) };
}

/** Returns true if a value lowered the loss by more than the noise and by a non-negligible amount. */
export const hasLearned = ({ losses }: WholeTrial, before: number): boolean =>
  before - average(losses) > Math.max(standardError(losses), NEGLIGIBLE * before);

/** Returns the standard error of the mean; 0 for a single value. */
function standardError(values: readonly number[]): number {
  const { length } = values;
  return length > 1 ? Math.sqrt(variance(values) / length) : 0;
}

const isWhole = (trial: Trial): trial is WholeTrial => trial.losses !== null;
