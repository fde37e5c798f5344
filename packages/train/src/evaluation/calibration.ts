/** Images whose confidence lies in one range. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** The mean of what the model gave the classes that it predicted. */
  readonly confidence: number;
  /** The share that it predicted right. */
  readonly accuracy: number;
}

/** As many as Guo et al. use, https://arxiv.org/abs/1706.04599. */
const BINS = 15;

/** Whether a model is as often right as it is sure: ranges of confidence of equal width. */
export class CalibrationBins {
  readonly #counts = new Float64Array(BINS);
  readonly #confidence = new Float64Array(BINS);
  readonly #right = new Float64Array(BINS);

  add(confidence: number, right: boolean): void {
    // A bin has its upper end, as in the paper; rounding may put a confidence a little above 1.
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
    this.#confidence[bin] = (this.#confidence[bin] as number) + confidence;
    if (right) this.#right[bin] = (this.#right[bin] as number) + 1;
  }

  /** Those that have an image. */
  bins(): CalibrationBin[] {
    return [...this.#counts].flatMap((count, bin) =>
      count === 0
        ? []
        : {
            from: bin / BINS,
            to: (bin + 1) / BINS,
            count,
            confidence: (this.#confidence[bin] as number) / count,
            accuracy: (this.#right[bin] as number) / count,
          },
    );
  }
}
