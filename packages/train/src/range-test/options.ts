import type { TargetShapes } from "@downhill/graph";
import type { SuggestionName } from "@downhill/optim";
import { TrainError } from "../error.ts";
import { checkClasses, type ShortTrainingOptions } from "../short-training/options.ts";

/** Options of a range test. */
export interface FinderOptions<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> extends ShortTrainingOptions<Name, T, M> {
  /** First learning rate; default 1e-7. */
  readonly lowest?: number;
  /** Last learning rate; default 10. */
  readonly highest?: number;
  /** Number of learning rates, one per step; default 400, for which the suggestions were measured to be good. */
  readonly steps?: number;
  /** Spacing of the learning rates; default exponential. */
  readonly spacing?: "exponential" | "linear";
  /** Number of repetitions with different shuffles, whose median is the curve; default 1. */
  readonly seeds?: number;
  /**
   * Number of fixed training images on which the loss is measured after each step, instead of on its batch: less noise,
   * more time. Default 0, which uses the loss of the batch.
   */
  readonly probe?: number;
  /** Smoothing factor of the loss, from 0 to below 1; default 0.98, with a probe 0.9. */
  readonly smoothing?: number;
  /** Ratio of the smoothed loss to its minimum at which the test ends; default 4. */
  readonly divergence?: number;
  /** Position in the interval of `consensus`, 0 to 1; default by the optimizer, see `consensusPosition`. */
  readonly position?: number;
  /** Method of the chosen suggestion; default `consensus`. */
  readonly choose?: SuggestionName;
  /**
   * Learning rate known to be good for these settings. It replaces the suggestion of `consensus` unless the curve shows
   * that it is clearly too low (less than a third of the fall of the loss is done) or too high (above the interval).
   */
  readonly known?: number | undefined;
  /** Called after each step. */
  readonly onProgress?: (progress: FinderProgress) => void;
}

/** Progress of a range test. */
export interface FinderProgress {
  /** Index of the repetition, from 0. */
  readonly seed: number;
  readonly seeds: number;
  /** Step of the current repetition. */
  readonly step: number;
  readonly steps: number;
  readonly lr: number;
  readonly loss: number;
  readonly smoothed: number;
}

export const FINDER_DEFAULTS = { lowest: 1e-7, highest: 10, steps: 400, seeds: 1, probe: 0 } as const;

/** Default number of probe images if a probe is used: it removes most of the noise at about twice the time. */
export const PROBE_IMAGES = 256;

/** Minimum number of steps that show a curve. */
const FEWEST_STEPS = 10;

/**
 * Validates the options of a range test.
 * @throws TrainError for an invalid number, or if all training images are of one class
 */
export function checkFinder(options: FinderOptions): void {
  const { lowest, highest, steps, seeds, probe } = { ...FINDER_DEFAULTS, ...options };
  const { position = 0.5, smoothing = 0, divergence = 4 } = options;
  const refuse = (name: string, value: number, expected: string): never => {
    throw new TrainError(`${name} = ${value}: expected ${expected}`);
  };
  const whole = (name: string, value: number, least: number): void => {
    if (!(Number.isInteger(value) && value >= least)) refuse(name, value, `a whole number of at least ${least}`);
  };
  if (!(lowest > 0 && lowest < Number.POSITIVE_INFINITY)) refuse("lowest", lowest, "a number above 0");
  if (!(highest > lowest && highest < Number.POSITIVE_INFINITY)) {
    refuse("highest", highest, `a number above the lowest learning rate, ${lowest}`);
  }
  whole("steps", steps, FEWEST_STEPS);
  whole("seeds", seeds, 1);
  whole("probe", probe, 0);
  if (!(position >= 0 && position <= 1)) refuse("position", position, "a number from 0 to 1");
  if (!(smoothing >= 0 && smoothing < 1)) refuse("smoothing", smoothing, "a number from 0 to below 1");
  if (!(divergence > 1)) refuse("divergence", divergence, "a number above 1");
  checkClasses(options);
}
