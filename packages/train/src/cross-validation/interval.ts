/** Quantiles at 97.5 % of Student's t distribution with 1 to 30 degrees of freedom. */
const T: readonly number[] = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];

/** Quantile of the normal distribution at 97.5 %. */
const Z = 1.959963984540054;

/** Mean of a score over folds. */
export interface FoldMean {
  readonly mean: number;
  /** Standard deviation of the folds' scores, with n - 1; null for a single fold. */
  readonly deviation: number | null;
  /** Student's 95 % interval of the mean; null for a single fold. */
  readonly interval: readonly [low: number, high: number] | null;
}

/**
 * Returns the mean of scores over folds, with Student's 95 % interval: the mean plus and minus t times the standard deviation
 * over the root of the number of folds. The trainings of different folds share images, so that the true uncertainty is
 * somewhat larger (Bengio and Grandvalet 2004, https://www.jmlr.org/papers/v5/grandvalet04a.html).
 * @param scores at least one
 * @param most highest possible score, which bounds the interval; the lowest is 0
 */
export function meanOverFolds(scores: readonly number[], most = Number.POSITIVE_INFINITY): FoldMean {
  const { length } = scores;
  const mean = scores.reduce((sum, score) => sum + score, 0) / length;
  if (length === 1) return { mean, deviation: null, interval: null };
  const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (length - 1));
  const half = (quantile(length - 1) * deviation) / Math.sqrt(length);
  return { mean, deviation, interval: [Math.max(0, mean - half), Math.min(most, mean + half)] };
}

/** Returns the quantile at 97.5 % of Student's t distribution; beyond the table by Fisher's expansion around the normal one. */
const quantile = (freedom: number): number =>
  T[freedom - 1] ?? Z + (Z ** 3 + Z) / (4 * freedom) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * freedom ** 2);
