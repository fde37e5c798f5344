import type { GivenConfig } from "@downhill/train";
import type { Entrant } from "../comparison/entrant.ts";
import type { TriedRate } from "../comparison/rate-search.ts";

/**
 * Names of the experiments that an advice is made of: their folders. All are comparisons but the noise scale, which is
 * measured at the weights of a training of the defaults.
 */
export const EXPERIMENTS = ["speed", "selection", "noise-scale", "rates", "validation"] as const;
export type ExperimentName = (typeof EXPERIMENTS)[number];

/** Trainings that an advice requires next: entrants of one of its comparisons. Those that have ended are not repeated. */
export interface Experiment {
  readonly name: ExperimentName;
  readonly given: GivenConfig;
  /** All entrants of the comparison so far. */
  readonly entrants: readonly Entrant[];
  readonly seeds: readonly number[];
  /** Trainings by which each entrant searches its rate; 0 for none. */
  readonly tuning: number;
  readonly tuningSeed: number;
  /** Part on which the trainings are evaluated. */
  readonly part: "test" | "validation";
  /** Expected time in seconds of the trainings that have not ended. */
  readonly expected: number;
}

/** Gradient noise scale of a network in images, with its 95 % interval; null for an infinite value. */
export interface MeasuredNoise {
  readonly noiseScale: number | null;
  readonly interval: readonly [low: number | null, high: number | null];
}

/** Result of an entrant. */
export interface Measured {
  readonly name: string;
  /** Accuracy by seed; null for a training without a result. */
  readonly scores: readonly (number | null)[];
  /** Learning rate: that of all seeds, or their median; after a search, the one that it found. Null without a result. */
  readonly lr: number | null;
  /** Lowest loss of the search; null without one. */
  readonly searchLoss: number | null;
  readonly tried: readonly TriedRate[];
  /** Hyperparameters in force besides the rate; none without a result. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** Times of the processes of its trials in seconds. */
  readonly elapsed: readonly number[];
  /** Times of the training steps alone in seconds. */
  readonly trainingSeconds: readonly number[];
  /** Reason for a missing result; null without one. */
  readonly problem: string | null;
  /** Gradient noise scale, where it was measured. */
  readonly noise?: MeasuredNoise;
}
