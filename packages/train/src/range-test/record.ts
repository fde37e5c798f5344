import { defined } from "@downhill/optim/defined";
import type { FinderResult } from "./result.ts";

/** Rounds a value for a file. JSON has no infinity, so a diverged loss is null. */
const rounded = (value: number): number =>
  Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : (null as unknown as number);

/** Significant digits of numbers in files, which suffice for plots. */
const DIGITS = 6;

/**
 * Converts a result for files: numbers of the curve have six digits, and losses of diverged seeds are null, because JSON has
 * no infinity.
 */
export function finderRecord(result: FinderResult): FinderResult {
  const { curve } = result;
  const { trend, lowest, low, high } = curve;
  return {
    ...result,
    curve: {
      ...curve,
      lr: curve.lr.map(rounded),
      loss: curve.loss.map(rounded),
      smoothed: curve.smoothed.map(rounded),
      ...defined({
        trend: trend?.map(rounded),
        lowest: lowest && { lr: rounded(lowest.lr), loss: rounded(lowest.loss) },
        low: low?.map(rounded),
        high: high?.map(rounded),
      }),
    },
  };
}
