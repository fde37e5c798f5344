import { addAt, at } from "../at.ts";

/** Images with a confidence in one range. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability of the predicted class. */
  readonly confidence: number;
  /** Share of correct predictions. */
  readonly accuracy: number;
}

/** Number of bins, as in Guo et al., https://arxiv.org/abs/1706.04599. */
const BINS = 15;

/** Accumulates accuracy and confidence in bins of equal width, to measure calibration. */
export class CalibrationBins {
  readonly #counts = new Float64Array(BINS);
  readonly #confidence = new Float64Array(BINS);
  readonly #correct = new Float64Array(BINS);

  add(confidence: number, correct: boolean): void {
    // A bin includes its upper end, as in the paper. Rounding may give a confidence slightly above 1.
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
    addAt(this.#counts, bin, 1);
    addAt(this.#confidence, bin, confidence);
    if (correct) addAt(this.#correct, bin, 1);
  }

  /** Returns the bins that contain images. */
  bins(): CalibrationBin[] {
    return [...this.#counts].flatMap((count, bin) =>
      count === 0
        ? []
        : {
            from: bin / BINS,
            to: (bin + 1) / BINS,
            count,
            confidence: at(this.#confidence, bin) / count,
            accuracy: at(this.#correct, bin) / count,
          },
    );
  }
}
