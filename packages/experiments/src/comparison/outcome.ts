import { join } from "node:path";
import { readSealedJson, sealJson, writeAtomically } from "@downhill/train/files";
import { z } from "zod";

/** Scores after an epoch. */
export interface CurvePoint {
  readonly epoch: number;
  /** Updates so far. */
  readonly updates: number;
  /** Time of the training steps so far, in seconds. */
  readonly seconds: number;
  readonly loss: number | null;
  readonly accuracy: number | null;
}

/** Result of a training that ended. */
export interface Trained {
  readonly kind: "trained";
  readonly lr: number;
  /** Weight decay, where a search changed it. */
  readonly weightDecay?: number;
  /** Loss and accuracy of the images that count: validation images while rates are tuned, else those of the comparison. */
  readonly loss: number;
  readonly accuracy: number;
  readonly images: number;
  readonly updates: number;
  /** Time of the training steps, in seconds. */
  readonly seconds: number;
  /** Evaluations after epochs, on validation images. */
  readonly curve: readonly CurvePoint[];
  /** Hyperparameters in force: numbers, or descriptions of schedules. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
}

/** Result of a trial: the contents of `outcome.json`. */
export type Outcome = {
  /** Time of the trial's process in seconds: the time of a training, and of loading, compiling and evaluating. */
  readonly elapsed?: number;
} & (
  | {
      readonly kind: "range-test";
      /** Rate from which the search starts. */
      readonly lr: number;
      /** Reason why the test suggested no rate, so that `lr` is the default; null if it did. */
      readonly refusal: string | null;
      readonly seconds: number;
    }
  | Trained
  | { readonly kind: "diverged"; readonly lr: number; readonly weightDecay?: number; readonly problem: string }
  /** All rates of the entrant diverged, so that there is none to train with. */
  | { readonly kind: "no-rate" }
  /** The process ended twice without a result. */
  | { readonly kind: "failed"; readonly problem: string }
);

const number = z.number();
const schema = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("range-test"), lr: number, refusal: z.string().nullable(), seconds: number }),
  z.looseObject({
    kind: z.literal("trained"),
    lr: number,
    weightDecay: number.optional(),
    loss: number,
    accuracy: number,
    images: number,
    updates: number,
    seconds: number,
    curve: z.array(
      z.looseObject({
        epoch: number,
        updates: number,
        seconds: number,
        loss: number.nullable(),
        accuracy: number.nullable(),
      }),
    ),
    hyperparameters: z.record(z.string(), z.unknown()),
  }),
  z.looseObject({ kind: z.literal("diverged"), lr: number, weightDecay: number.optional(), problem: z.string() }),
  z.looseObject({ kind: z.literal("no-rate") }),
  z.looseObject({ kind: z.literal("failed"), problem: z.string() }),
]);

const pathOf = (folder: string): string => join(folder, "outcome.json");

/**
 * Reads the outcome of a trial; null if it has not ended.
 * @throws TrainError if the file is damaged
 */
export const readOutcome = (folder: string): Outcome | null =>
  readSealedJson<Outcome>(pathOf(folder), schema, [{ act: "remove the file, so that the trial is repeated" }]);

/** Writes the outcome of a trial. */
export const writeOutcome = (folder: string, outcome: Outcome): void =>
  writeAtomically(pathOf(folder), sealJson(outcome, 2));
