import type { EntrantResult } from "./comparison.ts";
import type { Trained } from "./outcome.ts";

/** Returns the compared trainings of an entrant that have a result. */
export const trainedOf = ({ seeds }: EntrantResult): Trained[] =>
  seeds.filter((outcome) => outcome?.kind === "trained");

/** Returns the reason why a trial of an entrant failed; null if none did. */
export function failureOf({ tuning, seeds }: EntrantResult): string | null {
  const failed = [tuning.rangeTest, ...tuning.trainings, ...seeds].find((outcome) => outcome?.kind === "failed");
  return failed?.kind === "failed" ? failed.problem : null;
}

/** Returns the number of trials that have ended. */
export const countEnded = (entrants: readonly EntrantResult[]): number =>
  entrants.reduce(
    (sum, { tuning, seeds }) =>
      sum +
      (tuning.rangeTest === null ? 0 : 1) +
      tuning.trainings.length +
      seeds.filter((outcome) => outcome !== null).length,
    0,
  );

/** Returns the hyperparameters in force in the trainings of an entrant; none before one has ended. */
export function hyperparametersOf({ tuning, seeds }: EntrantResult): Readonly<Record<string, unknown>> {
  const trained = [...tuning.trainings, ...seeds].filter((outcome) => outcome?.kind === "trained").at(-1);
  return trained?.kind === "trained" ? trained.hyperparameters : {};
}
