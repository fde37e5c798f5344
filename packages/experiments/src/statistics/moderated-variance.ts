import { average, digamma, inverseTrigamma, trigamma } from "@downhill/train/statistics";

/** Estimate of a variance, with its degrees of freedom. */
export interface VarianceEstimate {
  readonly variance: number;
  readonly freedom: number;
}

/** Smallest variance, relative to the median, whose logarithm is used: the variance of equal values is 0. */
const SMALLEST = 1e-5;

/**
 * Estimates several variances together: from few values each, many come out far too small by chance, and would make chance
 * differences look certain. A variance below the typical one is raised toward it, by the empirical Bayes method of Smyth
 * (https://doi.org/10.2202/1544-6115.1027), and gains degrees of freedom. One above it stays, because noise that is
 * really larger must not be hidden by others.
 * @param variances at least one
 * @param freedom degrees of freedom of each
 * @param most maximum degrees of freedom of an estimate: those of all variances together
 */
export function moderate(variances: readonly number[], freedom: number, most: number): VarianceEstimate[] {
  const own = variances.map((variance) => ({ variance, freedom }));
  const median = [...variances].sort((a, b) => a - b)[Math.floor(variances.length / 2)] as number;
  if (variances.length < 2 || median === 0) return own;
  // Of normal samples, the mean of these logarithms is that of the true variances.
  const bias = digamma(freedom / 2) - Math.log(freedom / 2);
  const logs = variances.map((variance) => Math.log(Math.max(variance, SMALLEST * median)) - bias);
  const center = average(logs);
  const spread = logs.reduce((sum, log) => sum + (log - center) ** 2, 0) / (logs.length - 1) - trigamma(freedom / 2);
  const prior =
    spread <= 0 ? { variance: average(variances), freedom: Infinity } : priorOf(2 * inverseTrigamma(spread), center);
  return own.map((estimate) => (estimate.variance > prior.variance ? estimate : combine(estimate, prior, most)));
}

/** Returns the typical variance: the scale of variances whose logarithms have a mean and a spread. */
const priorOf = (freedom: number, center: number): VarianceEstimate => ({
  freedom,
  variance: Math.exp(center + digamma(freedom / 2) - Math.log(freedom / 2)),
});

function combine(own: VarianceEstimate, prior: VarianceEstimate, most: number): VarianceEstimate {
  const freedom = Math.min(own.freedom + prior.freedom, most);
  if (prior.freedom === Infinity) return { variance: prior.variance, freedom };
  const total = own.freedom * own.variance + prior.freedom * prior.variance;
  return { variance: total / (own.freedom + prior.freedom), freedom };
}
