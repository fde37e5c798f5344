/** What the trainings of a value came to. */
export interface Trial {
  readonly value: number;
  /** The loss at the end, of each seed; null where one of them has diverged. */
  readonly losses: readonly number[] | null;
}

/** A value none of whose trainings has diverged. */
export interface WholeTrial extends Trial {
  readonly losses: readonly number[];
}

/** The values that are as good as the best. */
export interface AsGood {
  /** Of the least mean loss. */
  readonly best: WholeTrial;
  /** The ends of the run of values around the best that are as good. */
  readonly from: WholeTrial;
  readonly to: WholeTrial;
}

/** Losses that differ by less than this share of what the training has gained are taken as equal. */
const NEGLIGIBLE = 0.01;

/**
 * Which values are as good as that of the least mean loss: going from it to both sides, those whose loss is on average,
 * seed by seed, above the best's by at most the noise. That is one standard error of the best's losses, as in the
 * one-standard-error rule (Breiman et al., Classification and Regression Trees, 1984), and at least a hundredth of what
 * the best has gained: of values with the same images in the same order, also a difference that is nothing is steady.
 *
 * The mean, and the best's error, because a value that fails with one order of the images must not pass: it has a good
 * median, and differences with a large error of their own.
 * @param trials by their values, ascending
 * @param before the loss of the untrained network
 * @returns null where all have diverged
 */
export function asGood(trials: readonly Trial[], before: number): AsGood | null {
  const whole = trials.filter(isWhole);
  const [first] = whole;
  if (!first) return null;
  const best = whole.reduce((a, b) => (meanOf(b.losses) < meanOf(a.losses) ? b : a), first);
  const least = meanOf(best.losses);
  const noise = Math.max(standardError(best.losses), NEGLIGIBLE * (before - least));
  const isAsGood = (trial: Trial | undefined): trial is WholeTrial =>
    trial !== undefined && isWhole(trial) && meanOf(trial.losses) - least <= noise;
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

/** Whether a value has lowered the loss by more than the noise, and by more than next to nothing. */
export const hasLearnt = ({ losses }: WholeTrial, before: number): boolean =>
  before - meanOf(losses) > Math.max(standardError(losses), NEGLIGIBLE * before);

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the mean; of one value 0. */
function standardError(values: readonly number[]): number {
  const { length } = values;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return length > 1 ? Math.sqrt(squares / (length - 1) / length) : 0;
}

const isWhole = (trial: Trial): trial is WholeTrial => trial.losses !== null;
