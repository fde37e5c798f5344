import { ConfigError, TrainError } from "../error.ts";
import { checkClasses, type ShortTrainingOptions } from "../short-training/options.ts";
import { defaultValues, problemOf, type Swept, type SweptName, sweptName } from "./values.ts";

export interface SweepOptions extends ShortTrainingOptions {
  /** What is swept; `momentum` is the optimizer's momentum or its beta1. */
  readonly sweep: Swept;
  /**
   * The values to try, at least two. Default: of weight decay 0 and 1e-5 to 0.1, of momentum 0 to 0.99, of batch sizes a
   * quarter to 16 times `batchSize`; those alone that the optimizer and the number of training images allow.
   */
  readonly values?: readonly number[];
  /** Updates of each training at `batchSize`; with another batch size as many as take about as many images. Default 100. */
  readonly steps?: number;
  /** Trainings of each value, each with the images in another order, the same ones for every value; default 3. */
  readonly seeds?: number;
  /**
   * Each training is available by the loss on so many fixed images of the validation part, or where there is none of the
   * training part; default 512.
   */
  readonly probe?: number;
  /** Told after each step. */
  readonly onProgress?: (progress: SweepProgress) => void;
}

/** Where a sweep stands. */
export interface SweepProgress {
  readonly hyperparameter: SweptName;
  readonly value: number;
  /** Which of the trainings, from 0, and how many there are; those of a value that has diverged are left out. */
  readonly training: number;
  readonly trainings: number;
  /** Images that this training has seen, and how many it will about see. */
  readonly seen: number;
  readonly images: number;
  /** Of the last batch. */
  readonly loss: number;
}

export const SWEEP_DEFAULTS = { steps: 100, seeds: 3, probe: 512 } as const;

/** What a sweep comes to by its options. */
export interface SweepPlan {
  readonly hyperparameter: SweptName;
  /** From the least to the largest. */
  readonly values: readonly number[];
  readonly steps: number;
  readonly seeds: number;
  readonly probe: number;
  /** How many images each training sees, as nearly as its batches allow. */
  readonly images: number;
}

/** @throws TrainError for a number that makes no sense, an optimizer without the hyperparameter, or nothing to learn */
export function planSweep(options: SweepOptions): SweepPlan {
  const { optimizer, sweep, batchSize, data } = options;
  const { steps, seeds, probe } = { ...SWEEP_DEFAULTS, ...options };
  for (const [name, value] of Object.entries({ steps, seeds, probe, batchSize })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new TrainError(`${name} = ${value}: expected a whole number of at least 1`);
  }
  const hyperparameter = sweptName(optimizer, sweep);
  const images = data.train.length;
  const given = options.values ?? defaultValues(optimizer, hyperparameter, { batchSize, images });
  const values = [...new Set(given)].sort((a, b) => a - b);
  if (values.length < 2) {
    throw new ConfigError(
      `values = ${JSON.stringify(given)}: expected at least two different values of ${hyperparameter}`,
    );
  }
  for (const value of values) {
    const problem = problemWith(options, hyperparameter, value);
    if (problem !== null) throw new ConfigError(`values: ${hyperparameter} = ${value}: ${problem}`);
  }
  checkClasses(data);
  const available = (data.validation ?? data.train).length;
  return { hyperparameter, values, steps, seeds, probe: Math.min(probe, available), images: steps * batchSize };
}

/** What is wrong with a value; null where it can be tried. */
function problemWith({ optimizer, data }: SweepOptions, name: SweptName, value: number): string | null {
  if (name === "batchSize") {
    const most = data.train.length;
    const isSize = Number.isInteger(value) && value >= 1 && value <= most;
    return isSize ? null : `expected a whole number from 1 to ${most}, the training images`;
  }
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) return "expected a number of at least 0";
  if (name !== "weightDecay" && value >= 1) return "expected a number from 0 to below 1";
  return problemOf(optimizer, name, value);
}
