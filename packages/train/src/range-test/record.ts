import type { FinderResult } from "./result.ts";

/** Of numbers in files; a picture of them needs no more. */
const DIGITS = 6;

/**
 * A result as it is written to files: numbers of the curve have six digits, and JSON, which knows no infinity, has null
 * where seeds have diverged.
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
