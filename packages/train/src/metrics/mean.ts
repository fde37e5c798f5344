import { TrainError } from "../error.ts";

/** State of a mean as plain data, for checkpoints. */
export interface MeanState {
  readonly sum: number;
  readonly weight: number;
}

/** Weighted mean of numbers that arrive one at a time. */
export interface Mean {
  /**
   * Adds a number.
   * @param weight weight in the mean, such as the number of images of the batch; default 1
   */
  add(value: number, weight?: number): void;
  /** Mean so far; NaN before the first number. */
  readonly value: number;
  /** Sum of the weights. */
  readonly weight: number;
  /** Forgets all numbers, such as at the beginning of an epoch. */
  reset(): void;
  state(): MeanState;
  restore(state: MeanState): void;
}

/**
 * Creates a mean, such as that of the losses of an epoch: the last batch, which may be smaller, counts by its images.
 * @example
 * const loss = metrics.mean();
 * loss.add(0.7, 64);
 * loss.add(0.4, 32);
 * console.log(loss.value.toFixed(2)); // 0.60
 */
export function mean(): Mean {
  let now: MeanState = { sum: 0, weight: 0 };
  return {
    add(value, weight = 1) {
      if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
        throw new TrainError(`mean: weight = ${weight}. Expected a number of at least 0.`);
      }
      now = { sum: now.sum + value * weight, weight: now.weight + weight };
    },
    get value() {
      return now.sum / now.weight;
    },
    get weight() {
      return now.weight;
    },
    reset() {
      now = { sum: 0, weight: 0 };
    },
    state: () => now,
    restore({ sum, weight }) {
      if (typeof sum !== "number" || !(weight >= 0)) {
        throw new TrainError(`mean: the saved state has sum = ${sum} and weight = ${weight}. Expected numbers.`);
      }
      now = { sum, weight };
    },
  };
}
