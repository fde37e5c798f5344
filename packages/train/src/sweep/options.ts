import type { TargetShapes } from "@downhill/graph";
import { ConfigError, TrainError } from "../error.ts";
import { checkClasses, type ShortTrainingOptions } from "../short-training/options.ts";
import { microStepsOf } from "../training/accumulate.ts";
import { epochLength } from "../training/data.ts";
import { defaultValues, problemOf, type Swept, type SweptName, sweptName } from "./values.ts";

/** Options of a sweep. */
export interface SweepOptions<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> extends ShortTrainingOptions<Name, T, M> {
  /** Swept hyperparameter; `momentum` is the optimizer's momentum or beta1. */
  readonly sweep: Swept;
  /**
   * Values to try, at least two. Default: for weight decay 0 and 1e-5 to 0.1, for momentum 0 to 0.99, for the batch size a
   * quarter to 16 times `batchSize`, as far as the optimizer and the number of training images allow.
   */
  readonly values?: readonly number[];
  /** Steps of each training at `batchSize`; with another batch size, as many as use about the same number of images. Default 100. */
  readonly steps?: number;
  /** Number of trainings per value with different shuffles, the same for every value; default 3. */
  readonly seeds?: number;
  /**
   * Number of fixed images on which each training is evaluated, from the validation part or else from the training part;
   * default 512.
   */
  readonly probe?: number;
  /** Called after each step. */
  readonly onProgress?: (progress: SweepProgress) => void;
}

/** Progress of a sweep. */
export interface SweepProgress {
  readonly hyperparameter: SweptName;
  readonly value: number;
  /** Index of the training, from 0. Remaining trainings of a diverged value are skipped. */
  readonly training: number;
  readonly trainings: number;
  /** Number of images used by this training so far. */
  readonly seen: number;
  /** Approximate number of images of each training. */
  readonly images: number;
  /** Loss of the last batch. */
  readonly loss: number;
}

export const SWEEP_DEFAULTS = { steps: 100, seeds: 3, probe: 512 } as const;

/** Validated options of a sweep. */
export interface SweepPlan {
  readonly hyperparameter: SweptName;
  /** Distinct values in ascending order. */
  readonly values: readonly number[];
  readonly steps: number;
  readonly seeds: number;
  readonly probe: number;
  /** Approximate number of images of each training. */
  readonly images: number;
}

/**
 * Validates the options of a sweep and fills in defaults.
 * @throws TrainError for an invalid number, an optimizer without the hyperparameter, or images of one class
 */
export function planSweep(options: SweepOptions): SweepPlan {
  const { optimizer, sweep, batchSize, data, sampler } = options;
  const { steps, seeds, probe } = { ...SWEEP_DEFAULTS, ...options };
  for (const [name, value] of Object.entries({ steps, seeds, probe, batchSize })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new TrainError(`${name} = ${value}: expected a whole number of at least 1`);
  }
  const hyperparameter = sweptName(optimizer, sweep);
  const images = epochLength(data.train, sampler);
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
  checkClasses(options);
  const available = (data.validation ?? data.train).length;
  return {
    hyperparameter,
    values,
    steps,
    seeds,
    probe: Math.min(probe, available),
    images: steps * batchSize * microStepsOf(optimizer),
  };
}

/** Returns the problem with a value; null if it is valid. */
function problemWith({ optimizer, data, sampler }: SweepOptions, name: SweptName, value: number): string | null {
  if (name === "batchSize") {
    const most = epochLength(data.train, sampler);
    const isSize = Number.isInteger(value) && value >= 1 && value <= most;
    return isSize ? null : `expected a whole number from 1 to ${most}, the training images`;
  }
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) return "expected a number of at least 0";
  if (name !== "weightDecay" && value >= 1) return "expected a number from 0 to below 1";
  return problemOf(optimizer, name, value);
}
