import { folderState } from "../run-folder/folder-state.ts";
import { type RunResult, readResult } from "../run-folder/result.ts";
import { boundedInterval, type Mean, meanOf } from "../statistics/index.ts";
import { type CrossValidationFacts, foldFolder, readCrossValidationFacts } from "./cross-validation-file.ts";

/** Training of a cross-validation. */
export interface FoldRun {
  readonly fold: number;
  /** Its run folder. */
  readonly folder: string;
  /** Result; null before the run ends. */
  readonly result: RunResult | null;
}

/** Cross-validation at any stage. */
export interface CrossValidation {
  readonly folder: string;
  readonly facts: CrossValidationFacts;
  readonly runs: readonly FoldRun[];
  /** True if the runs of all folds have finished. */
  readonly isFinished: boolean;
  /**
   * Mean accuracy over the finished folds, with Student's 95 % interval; null without one. Trainings of different folds share
   * images, so the true uncertainty is somewhat larger (Bengio and Grandvalet 2004,
   * https://www.jmlr.org/papers/v5/grandvalet04a.html).
   */
  readonly accuracy: Mean | null;
  /** Mean loss over the finished folds; null without one. */
  readonly loss: Mean | null;
}

/**
 * Reads a cross-validation from its folder. Its scores are those of the finished runs.
 * @throws TrainError if the folder is missing or is none, or if a file in it is damaged
 * @example const { accuracy } = readCrossValidation("runs/folds");
 */
export function readCrossValidation(folder: string): CrossValidation {
  const facts = readCrossValidationFacts(folder);
  const runs = facts.folds.map((fold): FoldRun => {
    const path = foldFolder(folder, fold);
    return { fold, folder: path, result: folderState(path) === "begun" ? readResult(path) : null };
  });
  const finished = runs.flatMap(({ result }) => (result?.status === "finished" ? [result] : []));
  const meanScore = (key: "accuracy" | "loss", most?: number): Mean | null => {
    const scores = finished.map((result) => result[key]).filter((score) => score !== null);
    if (scores.length === 0) return null;
    const mean = meanOf(scores);
    return { ...mean, interval: boundedInterval(mean, most) };
  };
  return {
    folder,
    facts,
    runs,
    isFinished: finished.length === runs.length,
    accuracy: meanScore("accuracy", 1),
    loss: meanScore("loss"),
  };
}
