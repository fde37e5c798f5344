import type { FinderResult } from "./result.ts";

/** Significant digits of numbers in files, which suffice for plots. */
const DIGITS = 6;

/**
 * Converts a result for files: numbers of the curve have six digits, and losses of diverged seeds are null, because JSON has
 * no infinity.
 */
export function finderRecord(result: FinderResult): FinderResult {
  const { curve } = result;
  const short = (values: readonly number[]): number[] =>
    values.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : (null as unknown as number)));
  const { trend, lowest, low, high } = curve;
  return {
    ...result,
    curve: {
      ...curve,
      lr: short(curve.lr),
      loss: short(curve.loss),
      smoothed: short(curve.smoothed),
      ...(trend ? { trend: short(trend) } : {}),
      ...(lowest ? { lowest: { lr: short([lowest.lr])[0] as number, loss: short([lowest.loss])[0] as number } } : {}),
      ...(low && high ? { low: short(low), high: short(high) } : {}),
    },
  };
}
