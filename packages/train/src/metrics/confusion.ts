import { addAt } from "../at.ts";
import { TrainError } from "../error.ts";
import { type ClassScores, classesOf } from "./rows.ts";

/** Counts of the true and the predicted classes of images. */
export interface ConfusionCounts {
  /**
   * Adds a batch.
   * @param scores [labels.length, classes]: logits or probabilities
   * @param labels class of each image, from 0
   * @throws TrainError if they do not match
   */
  add(scores: ClassScores, labels: ArrayLike<number>): void;
  /** ConfusionCounts matrix of counts: rows are true classes, columns predicted ones. */
  readonly value: readonly (readonly number[])[];
  /** Share of the images of each class that are predicted correctly; null for a class without images. */
  readonly perClass: readonly (number | null)[];
  reset(): void;
  state(): Float64Array;
  restore(counts: Float64Array): void;
}

/**
 * Creates a confusion matrix.
 * @example
 * const confusion = metrics.confusion(2);
 * confusion.add(Float32Array.of(1, 0, 1, 0), [0, 1]);
 * console.log(confusion.value, confusion.perClass); // [[1, 0], [1, 0]], [1, 0]
 */
export function confusion(classes: number): ConfusionCounts {
  if (!(Number.isInteger(classes) && classes >= 1)) {
    throw new TrainError(`confusion: classes = ${classes}. Expected a whole number of at least 1.`);
  }
  const counts = new Float64Array(classes * classes);
  const rows = (): number[][] =>
    Array.from({ length: classes }, (_, k) => [...counts.subarray(k * classes, (k + 1) * classes)]);
  return {
    add(scores, labels) {
      const found = classesOf("confusion", scores, labels);
      if (found !== classes) {
        throw new TrainError(`confusion: the scores are of ${found} classes. Expected ${classes}.`);
      }
      for (let i = 0; i < labels.length; i++) {
        addAt(counts, (labels[i] as number) * classes + predicted(scores, i * classes, classes), 1);
      }
    },
    get value() {
      return rows();
    },
    get perClass() {
      return rows().map((row, k) => {
        const images = row.reduce((sum, count) => sum + count, 0);
        return images === 0 ? null : (row[k] as number) / images;
      });
    },
    reset: () => void counts.fill(0),
    state: () => counts.slice(),
    restore(saved) {
      if (saved?.length !== counts.length) {
        throw new TrainError(`confusion: the saved state has ${saved?.length} counts. Expected ${counts.length}.`);
      }
      counts.set(saved);
    },
  };
}

/** Returns the class with the highest score, the first of several. A score that is not a number is never the highest. */
function predicted(scores: ClassScores, start: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) {
    const [score, highest] = [scores[start + k] as number, scores[start + best] as number];
    if (score > highest || Number.isNaN(highest)) best = k;
  }
  return best;
}
