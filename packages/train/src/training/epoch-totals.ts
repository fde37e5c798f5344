/** What an epoch's batches came to so far. */
export interface EpochTotals {
  readonly images: number;
  /** Sum over images. */
  readonly loss: number;
  readonly correct: number;
}

export const NO_TOTALS: EpochTotals = { images: 0, loss: 0, correct: 0 };

/** With a batch more. */
export const addBatch = (totals: EpochTotals, count: number, meanLoss: number, correct: number): EpochTotals => ({
  images: totals.images + count,
  loss: totals.loss + count * meanLoss,
  correct: totals.correct + correct,
});
