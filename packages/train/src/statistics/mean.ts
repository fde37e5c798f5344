import { criticalValue } from "./student.ts";

/** Mean of values, with its 95 % interval. */
export interface Mean {
  readonly mean: number;
  /** Standard deviation of the values, with n - 1; null for a single value. */
  readonly deviation: number | null;
  /** Null for a single value. */
  readonly interval: readonly [low: number, high: number] | null;
}

/**
 * Returns the mean of values with Student's 95 % interval. For three values it covers the truth in 95 % of normal samples;
 * a bootstrap interval of three values covers it in about 75 %, because they hardly show how far values spread.
 * @param values at least one
 * @param least smallest variance of the values, where it is known; default 0
 */
export const meanOf = (values: readonly number[], least = 0): Mean =>
  values.length === 1 ? withoutInterval(values) : meanWith(criticalValue(0.05, values.length - 1), values, least);

/** Returns the means of samples of one size. */
export function meansOf(samples: readonly (readonly number[])[]): Mean[] {
  const length = samples[0]?.length ?? 0;
  if (length < 2) return samples.map(withoutInterval);
  const critical = criticalValue(0.05, length - 1);
  return samples.map((values) => meanWith(critical, values));
}

/**
 * Returns the interval of a mean of scores without the values that no score can have; null for a single score.
 * @param most highest possible score; the lowest is 0
 */
export const boundedInterval = ({ interval }: Mean, most = Number.POSITIVE_INFINITY): Mean["interval"] =>
  interval && [Math.max(0, interval[0]), Math.min(most, interval[1])];

const withoutInterval = (values: readonly number[]): Mean => ({
  mean: average(values),
  deviation: null,
  interval: null,
});

function meanWith(critical: number, values: readonly number[], least = 0): Mean {
  const mean = average(values);
  const deviation = Math.sqrt(Math.max(variance(values), least));
  const half = (critical * deviation) / Math.sqrt(values.length);
  return { mean, deviation, interval: [mean - half, mean + half] };
}

export const average = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Returns the variance of at least two values, with n - 1. */
export function variance(values: readonly number[]): number {
  const mean = average(values);
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
}
