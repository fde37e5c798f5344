import type { RunEvent } from "@downhill/train";

/** Event of a reproduction. */
export type ReproductionEvent =
  | Extract<RunEvent, { readonly kind: "data" | "note" | "finishing" }>
  /** Start of the trainings. */
  | { readonly kind: "start"; readonly name: string; readonly folder: string }
  /** Start of a training. */
  | ({ readonly kind: "training" } & TrainingPlace)
  /** Progress of a training, at most ten times a second. */
  | ({ readonly kind: "step"; readonly step: number; readonly loss: number } & TrainingPlace)
  /** End of a training. */
  | ({ readonly kind: "trained"; readonly seconds: number; readonly accuracy: number | null } & TrainingPlace);

/** Training among those of a reproduction. */
export interface TrainingPlace {
  readonly training: string;
  /** Number of the training, from 1 on. */
  readonly number: number;
  /** Number of trainings known so far. */
  readonly of: number;
  /** Estimated time to the end of these trainings, in seconds; null before the first one has ended. */
  readonly secondsLeft: number | null;
}

/** Event output and stop request of a reproduction. */
export interface ReproductionControl {
  readonly emit: (event: ReproductionEvent) => void;
  /** Returns true if a stop is requested; called before each step. */
  readonly shouldStop: () => boolean;
}
