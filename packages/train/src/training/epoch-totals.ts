/** Totals over the batches of an epoch so far. */
export interface EpochTotals {
  readonly images: number;
  /** Sum of the losses of all images. */
  readonly loss: number;
  readonly correct: number;
}

export const NO_TOTALS: EpochTotals = { images: 0, loss: 0, correct: 0 };

/** Returns the totals with another batch. */
export const addBatch = (totals: EpochTotals, count: number, meanLoss: number, correct: number): EpochTotals => ({
  images: totals.images + count,
  loss: totals.loss + count * meanLoss,
  correct: totals.correct + correct,
});
