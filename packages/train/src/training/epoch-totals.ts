/** Totals over the batches of an epoch so far. */
export interface EpochTotals {
  readonly images: number;
  /** Sum of the losses of all images. */
  readonly loss: number;
  readonly correct: number;
  /** Sums of the metrics over all images, by name; absent without metrics. */
  readonly metrics?: Readonly<Record<string, number>>;
}

export const NO_TOTALS: EpochTotals = { images: 0, loss: 0, correct: 0 };

/** Means over a batch. */
export interface BatchMeans {
  readonly loss: number;
  /** Number of images with the correct prediction; NaN without class labels. */
  readonly correct: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Returns the totals with another batch. */
export const addBatch = (totals: EpochTotals, count: number, { loss, correct, metrics }: BatchMeans): EpochTotals => ({
  images: totals.images + count,
  loss: totals.loss + count * loss,
  correct: totals.correct + correct,
  ...whereAny(mapMetrics(metrics, (value, name) => (totals.metrics?.[name] ?? 0) + count * value)),
});

/** Returns the metrics with other values. */
export const mapMetrics = (
  metrics: Readonly<Record<string, number>>,
  change: (value: number, name: string) => number,
): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, change(value, name)]));

/** Returns an object with the metrics; an empty one if there are none. */
export const whereAny = (
  metrics: Readonly<Record<string, number>>,
): { readonly metrics?: Readonly<Record<string, number>> } => (Object.keys(metrics).length > 0 ? { metrics } : {});
