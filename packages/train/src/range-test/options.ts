import type { SuggestionName } from "@downhill/optim";
import { TrainError } from "../error.ts";
import { checkClasses, type ShortTrainingOptions } from "../short-training/options.ts";

export interface FinderOptions extends ShortTrainingOptions {
  /** The first rate; default 1e-7. */
  readonly lowest?: number;
  /** The last rate; default 10. */
  readonly highest?: number;
  /** How many rates, each for one update; default 400, of which the suggestion was measured to be good. */
  readonly steps?: number;
  /** Each rate a factor above the one before, or a difference; default exponential. */
  readonly spacing?: "exponential" | "linear";
  /** How often the test is done, each time with the data in another order: the curve is then their median; default 1. */
  readonly seeds?: number;
  /**
   * Judge each rate by the loss on so many fixed training images, after its update, and not by that of its batch: less
   * noise, more time. 0 for no probe, the default.
   */
  readonly probe?: number;
  /** The part of the smoothed loss that is kept at each step; default 0.98, with a probe 0.9. */
  readonly smoothing?: number;
  /** The test ends where the smoothed loss is so many times its best; default 4. */
  readonly divergence?: number;
  /** Where `consensus` chooses between the ends of its interval, 0 to 1; default by the optimizer: `consensusPosition`. */
  readonly position?: number;
  /** Which suggestion is chosen; default `consensus`. */
  readonly choose?: SuggestionName;
  /**
   * A rate that is known to be good for these settings. It is chosen in the place of `consensus`'s suggestion, unless the
   * curve shows it to be clearly too low (less than a third of the fall is done there) or too high (beyond the interval).
   */
  readonly known?: number | undefined;
  /** Called after each step. */
  readonly onProgress?: (progress: FinderProgress) => void;
}

/** Where a range test stands. */
export interface FinderProgress {
  /** Which of the seeds, from 0, and how many there are. */
  readonly seed: number;
  readonly seeds: number;
  /** Of this seed's sweep. */
  readonly step: number;
  readonly steps: number;
  readonly lr: number;
  readonly loss: number;
  readonly smoothed: number;
}

export const FINDER_DEFAULTS = { lowest: 1e-7, highest: 10, steps: 400, seeds: 1, probe: 0 } as const;

/** Images of a probe where none are stated: most of a batch's noise is gone, at about twice the time. */
export const PROBE_IMAGES = 256;

/** Fewer losses show no curve. */
const FEWEST_STEPS = 10;

/** @throws TrainError for a number that makes no sense, or data that have nothing to learn */
export function checkFinder(options: FinderOptions): void {
  const { lowest, highest, steps, seeds, probe } = { ...FINDER_DEFAULTS, ...options };
  const { position = 0.5, smoothing = 0, divergence = 4, data } = options;
  const refuse = (name: string, value: number, expected: string): never => {
    throw new TrainError(`${name} = ${value}: expected ${expected}`);
  };
  const whole = (name: string, value: number, least: number): void => {
    if (!(Number.isInteger(value) && value >= least)) refuse(name, value, `a whole number of at least ${least}`);
  };
  if (!(lowest > 0 && lowest < Number.POSITIVE_INFINITY)) refuse("lowest", lowest, "a number above 0");
  if (!(highest > lowest && highest < Number.POSITIVE_INFINITY)) {
    refuse("highest", highest, `a number above the lowest rate, ${lowest}`);
  }
  whole("steps", steps, FEWEST_STEPS);
  whole("seeds", seeds, 1);
  whole("probe", probe, 0);
  if (!(position >= 0 && position <= 1)) refuse("position", position, "a number from 0 to 1");
  if (!(smoothing >= 0 && smoothing < 1)) refuse("smoothing", smoothing, "a number from 0 to below 1");
  if (!(divergence > 1)) refuse("divergence", divergence, "a number above 1");
  checkClasses(data);
}
