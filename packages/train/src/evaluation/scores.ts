import { type CalibrationBin, CalibrationBins } from "./calibration.ts";

/** Misclassified image. */
export interface Mistake {
  /** Index of the image in its set. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Probability of the predicted class, 0 to 1. */
  readonly probability: number;
  /** Cross-entropy: minus the log-probability of the true class. */
  readonly loss: number;
}

/** Metrics of a model on labeled images. */
export interface Evaluation {
  readonly images: number;
  /** Mean cross-entropy, without label smoothing. */
  readonly loss: number;
  /** Share of correctly classified images, 0 to 1. */
  readonly accuracy: number;
  /** Share of images whose class is among the five most probable; 1 with at most five classes. */
  readonly top5: number;
  /** Accuracy of each class; null for a class without images. */
  readonly perClass: readonly (number | null)[];
  /** Confusion matrix of counts: rows are true classes, columns predicted ones. */
  readonly confusion: readonly (readonly number[])[];
  /** Expected calibration error: mean difference of confidence and accuracy over bins of confidence. */
  readonly calibrationError: number;
  readonly calibration: readonly CalibrationBin[];
  /** Misclassified images with the highest loss, worst first. */
  readonly mistakes: readonly Mistake[];
}

/** Maximum number of stored mistakes. */
const KEPT_MISTAKES = 48;

/** Accumulates the predictions of a model batch by batch. */
export class Scores {
  readonly #classes: number;
  readonly #confusion: number[][];
  readonly #calibration = new CalibrationBins();
  #mistakes: Mistake[] = [];
  #images = 0;
  #loss = 0;
  #top5 = 0;

  constructor(classes: number) {
    this.#classes = classes;
    this.#confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  }

  /**
   * @param logProbabilities [labels.length, classes]
   * @param first index in the set of the first image of the batch
   */
  add(logProbabilities: Float64Array, labels: Int32Array, first: number): void {
    for (const [i, label] of labels.entries()) {
      this.#addOne(logProbabilities.subarray(i * this.#classes, (i + 1) * this.#classes), label, first + i);
    }
    this.#mistakes.sort((a, b) => b.loss - a.loss || a.index - b.index);
    this.#mistakes.length = Math.min(this.#mistakes.length, KEPT_MISTAKES);
  }

  #addOne(row: Float64Array, label: number, index: number): void {
    const own = row[label] as number;
    let predicted = 0;
    let better = 0;
    for (let k = 0; k < row.length; k++) {
      const value = row[k] as number;
      if (value > (row[predicted] as number)) predicted = k;
      // Among equally probable classes, the first ranks higher.
      if (value > own || (value === own && k < label)) better++;
    }
    const probability = Math.exp(row[predicted] as number);
    this.#images++;
    this.#loss -= own;
    this.#top5 += better < 5 ? 1 : 0;
    (this.#confusion[label] as number[])[predicted] = ((this.#confusion[label] as number[])[predicted] as number) + 1;
    this.#calibration.add(probability, predicted === label);
    if (predicted !== label) this.#mistakes.push({ index, label, predicted, probability, loss: -own });
  }

  result(): Evaluation {
    const images = this.#images;
    const right = this.#confusion.reduce((sum, row, k) => sum + (row[k] as number), 0);
    const bins = this.#calibration.bins();
    return {
      images,
      loss: this.#loss / images,
      accuracy: right / images,
      top5: this.#top5 / images,
      perClass: this.#confusion.map((row, k) => {
        const count = row.reduce((sum, n) => sum + n, 0);
        return count === 0 ? null : (row[k] as number) / count;
      }),
      confusion: this.#confusion.map((row) => [...row]),
      calibrationError: bins.reduce(
        (sum, bin) => sum + (bin.count / images) * Math.abs(bin.accuracy - bin.confidence),
        0,
      ),
      calibration: bins,
      mistakes: [...this.#mistakes],
    };
  }
}

/** Converts logits to log-probabilities, row by row. */
export function logSoftmax(logits: Float32Array, classes: number): Float64Array {
  const result = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = start; k < start + classes; k++) largest = Math.max(largest, logits[k] as number);
    let sum = 0;
    for (let k = start; k < start + classes; k++) sum += Math.exp((logits[k] as number) - largest);
    const shift = largest + Math.log(sum);
    for (let k = start; k < start + classes; k++) result[k] = (logits[k] as number) - shift;
  }
  return result;
}
