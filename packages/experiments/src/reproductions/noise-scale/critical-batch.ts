import { average } from "@downhill/train/statistics";

/** Updates to a target with each batch size. */
export interface UpdatesToTarget {
  readonly batchSize: number;
  readonly updates: number;
}

/** Trade-off between updates and images: updates = least * (1 + critical / batch size). */
export interface TradeOff {
  /** Critical batch size, in images. */
  readonly critical: number;
  /** Number of updates with infinite batches. */
  readonly least: number;
  /** Root mean square of the residuals of log10(updates). */
  readonly residual: number;
}

const STEPS = 2000;
const RANGE = [1e-1, 1e6] as const;

/**
 * Fits the trade-off of McCandlish et al. (section 2 of arXiv 1812.06162) by least squares on the logarithms of the updates. The critical
 * batch size is searched on a logarithmic scale from 0.1 to a million.
 */
export function fitTradeOff(points: readonly UpdatesToTarget[]): TradeOff {
  const fitWith = (critical: number): TradeOff => {
    const logs = points.map(({ batchSize, updates }) => Math.log10(updates / (1 + critical / batchSize)));
    const mean = average(logs);
    return { critical, least: 10 ** mean, residual: Math.sqrt(average(logs.map((log) => (log - mean) ** 2))) };
  };
  const [low, high] = RANGE;
  const tried = Array.from({ length: STEPS + 1 }, (_, i) => fitWith(low * (high / low) ** (i / STEPS)));
  return tried.reduce((a, b) => (b.residual < a.residual ? b : a));
}
