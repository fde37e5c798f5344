import { average, criticalValue } from "@downhill/train/statistics";

/** Ratio of two estimates. */
export interface Ratio {
  /** Infinity if the denominator is not above 0. */
  readonly value: number;
  /** 95 % interval, from 0 to Infinity at most. */
  readonly interval: readonly [low: number, high: number];
}

/** Numerator and denominator. */
type Terms = readonly [numerator: number, denominator: number];

/**
 * Returns the ratio of two estimates with Fieller's interval: all ratios r for which numerator - r * denominator does not
 * differ from 0. If the denominator does not differ from 0 itself, the interval has no upper end.
 * @param without the estimates without each group of the sample in turn, whose spread gives their covariance (jackknife)
 */
export function ratioWithInterval([a, b]: Terms, without: readonly Terms[]): Ratio {
  const count = without.length;
  const [meanA, meanB] = [average(without.map(([x]) => x)), average(without.map(([, y]) => y))];
  const covariance = (of: (x: number, y: number) => number): number =>
    ((count - 1) / count) * without.reduce((sum, [x, y]) => sum + of(x - meanA, y - meanB), 0);
  const t2 = criticalValue(0.05, count - 1) ** 2;
  // The ratios with (a - r b)² <= t² (variance of a - r b), a quadratic inequality: p r² - 2 q r + s <= 0.
  const p = b * b - t2 * covariance((_, y) => y * y);
  const q = a * b - t2 * covariance((x, y) => x * y);
  const s = a * a - t2 * covariance((x) => x * x);
  const root = Math.sqrt(Math.max(0, q * q - p * s));
  const value = b > 0 ? Math.max(0, a) / b : Number.POSITIVE_INFINITY;
  if (p > 0) return { value, interval: [Math.max(0, (q - root) / p), Math.max(0, (q + root) / p)] };
  // Without a positive p the ratios beyond one root remain; those below 0 are impossible.
  const low = s > 0 && p < 0 ? (q - root) / p : 0;
  return { value, interval: [Math.max(0, low), Number.POSITIVE_INFINITY] };
}
