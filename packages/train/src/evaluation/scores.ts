import { addAt, at } from "../at.ts";
import { type CalibrationBin, CalibrationBins } from "./calibration.ts";
import { classMeans, classScores } from "./class-scores.ts";
import { type Ranking, RankingScores } from "./ranking.ts";

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

/** Metrics of a model on images. Without class labels, numbers about classes are NaN (null in files), and lists are empty. */
export interface Evaluation {
  readonly images: number;
  /** Mean of the loss over the images: the cross-entropy without label smoothing, or a loss of one's own. */
  readonly loss: number;
  /** Means of the metrics of the training or the compiled evaluation, by name; empty if there are none. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Share of correctly classified images, 0 to 1. */
  readonly accuracy: number;
  /**
   * Mean accuracy of the classes that have images, each class with equal weight. It equals the accuracy if all classes have
   * equally many images.
   */
  readonly balancedAccuracy: number;
  /** Share of images whose class is among the five most probable; 1 with at most five classes. */
  readonly top5: number;
  /** Accuracy of each class; null for a class without images. */
  readonly perClass: readonly (number | null)[];
  /** Confusion matrix of counts: rows are true classes, columns predicted ones. */
  readonly confusion: readonly (readonly number[])[];
  /** Expected calibration error: mean difference of confidence and accuracy over bins of confidence. */
  readonly calibrationError: number;
  readonly calibration: readonly CalibrationBin[];
  /** ROC and precision-recall curves; null unless they were requested, or if the scores do not fit into memory. */
  readonly ranking: Ranking | null;
  /** Misclassified images with the highest loss, worst first. */
  readonly mistakes: readonly Mistake[];
}

/** Numbers about classes of images without class labels. */
export const NO_CLASSES: Omit<Evaluation, "images" | "loss" | "metrics"> = {
  accuracy: Number.NaN,
  balancedAccuracy: Number.NaN,
  top5: Number.NaN,
  perClass: [],
  confusion: [],
  calibrationError: Number.NaN,
  calibration: [],
  ranking: null,
  mistakes: [],
};

/** Maximum number of stored mistakes. */
const KEPT_MISTAKES = 48;

/** Accumulates the predictions of a model batch by batch. */
export class Scores {
  readonly #classes: number;
  /** Counts, [classes, classes]. */
  readonly #confusion: Float64Array;
  readonly #ranking: RankingScores | null;
  readonly #calibration = new CalibrationBins();
  #mistakes: Mistake[] = [];
  #images = 0;
  #loss = 0;
  #top5 = 0;

  /** @param ranks true to also measure the ranking, which keeps all scores in memory and sorts them */
  constructor(classes: number, ranks = false) {
    this.#classes = classes;
    this.#ranking = ranks ? new RankingScores(classes) : null;
    this.#confusion = new Float64Array(classes * classes);
  }

  /**
   * @param logProbabilities [labels.length, classes]
   * @param first index in the set of the first image of the batch
   */
  add(logProbabilities: Float64Array, labels: Int32Array, first: number): void {
    this.#ranking?.add(logProbabilities, labels);
    for (const [i, label] of labels.entries()) {
      this.#addOne(logProbabilities.subarray(i * this.#classes, (i + 1) * this.#classes), label, first + i);
    }
    this.#mistakes.sort((a, b) => b.loss - a.loss || a.index - b.index);
    this.#mistakes.length = Math.min(this.#mistakes.length, KEPT_MISTAKES);
  }

  #addOne(row: Float64Array, label: number, index: number): void {
    const own = at(row, label);
    let predicted = 0;
    let better = 0;
    for (let k = 0; k < row.length; k++) {
      const value = at(row, k);
      if (value > at(row, predicted)) predicted = k;
      // Among equally probable classes, the first ranks higher.
      if (value > own || (value === own && k < label)) better++;
    }
    const probability = Math.exp(at(row, predicted));
    this.#images++;
    this.#loss -= own;
    this.#top5 += better < 5 ? 1 : 0;
    addAt(this.#confusion, label * this.#classes + predicted, 1);
    this.#calibration.add(probability, predicted === label);
    if (predicted !== label) this.#mistakes.push({ index, label, predicted, probability, loss: -own });
  }

  result(): Evaluation {
    const images = this.#images;
    const classes = Array.from({ length: this.#classes }, (_, k) => k);
    const rows = classes.map((k) => Array.from(this.#confusion.subarray(k * this.#classes, (k + 1) * this.#classes)));
    const correct = classes.map((k) => at(this.#confusion, k * this.#classes + k));
    const bins = this.#calibration.bins();
    return {
      images,
      loss: this.#loss / images,
      metrics: {},
      accuracy: sum(correct) / images,
      balancedAccuracy: classMeans(classScores(rows)).recall,
      top5: this.#top5 / images,
      perClass: correct.map((count, k) => {
        const images = sum(rows[k] ?? []);
        return images === 0 ? null : count / images;
      }),
      confusion: rows,
      calibrationError: sum(bins.map((bin) => (bin.count / images) * Math.abs(bin.accuracy - bin.confidence))),
      calibration: bins,
      ranking: this.#ranking?.result() ?? null,
      mistakes: [...this.#mistakes],
    };
  }
}

/** Converts logits to log-probabilities, row by row. */
export function logSoftmax(logits: Float32Array, classes: number): Float64Array {
  const result = Float64Array.from(logits);
  for (let start = 0; start < logits.length; start += classes) {
    const row = result.subarray(start, start + classes);
    let largest = Number.NEGATIVE_INFINITY;
    for (const logit of row) largest = Math.max(largest, logit);
    let total = 0;
    for (const logit of row) total += Math.exp(logit - largest);
    const shift = largest + Math.log(total);
    for (let k = 0; k < classes; k++) addAt(row, k, -shift);
  }
  return result;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
