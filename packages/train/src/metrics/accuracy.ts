import { TrainError } from "../error.ts";
import { type MeanState, mean } from "./mean.ts";
import { type ClassScores, classesOf, rankOf } from "./rows.ts";

/** Share of images whose class is among the most probable ones. */
export interface Accuracy {
  /**
   * Adds a batch.
   * @param scores [labels.length, classes]: logits or probabilities
   * @param labels class of each image, from 0
   * @throws TrainError if they do not match
   */
  add(scores: ClassScores, labels: ArrayLike<number>): void;
  /** Share so far, 0 to 1; NaN before the first image. */
  readonly value: number;
  /** Number of images. */
  readonly images: number;
  reset(): void;
  state(): MeanState;
  restore(state: MeanState): void;
}

/**
 * Creates a top-k accuracy. Among equal scores, the first class ranks higher.
 * @param k number of classes that count as correct, such as 5
 * @example
 * const top2 = metrics.topK(2);
 * top2.add(Float32Array.of(0.1, 3, 2), [2]);
 * console.log(top2.value); // 1
 */
export function topK(k: number): Accuracy {
  if (!(Number.isInteger(k) && k >= 1)) throw new TrainError(`topK: k = ${k}. Expected a whole number of at least 1.`);
  const share = mean();
  return {
    add(scores, labels) {
      const classes = classesOf("accuracy", scores, labels);
      for (let i = 0; i < labels.length; i++) {
        share.add(rankOf(scores, i * classes, classes, labels[i] as number) < k ? 1 : 0);
      }
    },
    get value() {
      return share.value;
    },
    get images() {
      return share.weight;
    },
    reset: share.reset,
    state: share.state,
    restore: share.restore,
  };
}

/**
 * Creates an accuracy: the share of images whose class has the highest score.
 * @example
 * const accuracy = metrics.accuracy();
 * accuracy.add(Float32Array.of(0.1, 3, 2), [1]);
 * console.log(accuracy.value); // 1
 */
export const accuracy = (): Accuracy => topK(1);
