/** The epoch whose evaluation is best so far. */
export interface Best {
  readonly accuracy: number;
  readonly loss: number;
  /** Updates taken until its end. */
  readonly step: number;
}

/**
 * Whether an evaluation is better than the best so far: by accuracy, and by loss where that is equal. An evaluation
 * whose loss is not finite is never better, and one with a finite loss is always better than such a one.
 */
export function isBetter(now: Omit<Best, "step">, best: Best | null): boolean {
  if (!isUsable(now)) return false;
  // The checkpoint of an older version may hold a best epoch without a finite loss, which JSON keeps as null.
  if (best === null || !isUsable(best)) return true;
  return now.accuracy > best.accuracy || (now.accuracy === best.accuracy && now.loss < best.loss);
}

const isUsable = ({ accuracy, loss }: Omit<Best, "step">): boolean =>
  Number.isFinite(accuracy) && Number.isFinite(loss);
