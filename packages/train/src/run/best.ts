/** Best evaluation so far. */
export interface Best {
  readonly accuracy: number;
  readonly loss: number;
  /** Number of steps at the end of the epoch. */
  readonly step: number;
}

/**
 * Returns true if an evaluation is better than the best so far: by accuracy, then by loss. An evaluation with a
 * non-finite loss is never better, and any with a finite loss is better than it.
 */
export function isBetter(now: Omit<Best, "step">, best: Best | null): boolean {
  if (!isUsable(now)) return false;
  // Checkpoints of older versions may have a best epoch without a finite loss, which JSON stores as null.
  if (best === null || !isUsable(best)) return true;
  return now.accuracy > best.accuracy || (now.accuracy === best.accuracy && now.loss < best.loss);
}

const isUsable = ({ accuracy, loss }: Omit<Best, "step">): boolean =>
  Number.isFinite(accuracy) && Number.isFinite(loss);
