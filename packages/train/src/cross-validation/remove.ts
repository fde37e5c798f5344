import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { discardUnbegun, folderState } from "../run-folder/folder-state.ts";
import { removeRun } from "../run-folder/remove-run.ts";
import { crossValidationReport, foldFolder, readCrossValidationFacts, removeFacts } from "./cross-validation-file.ts";

/** Returns the run folders of a cross-validation in which a run has begun. */
export const begunFolds = (folder: string): readonly string[] =>
  readCrossValidationFacts(folder)
    .folds.map((fold) => foldFolder(folder, fold))
    .filter((run) => folderState(run) === "begun");

/**
 * Removes the files of a cross-validation and of its runs, and its folder if that is then empty.
 * @returns remaining paths, relative to the folder
 * @throws TrainError if the folder is none of a cross-validation, or a process is training one of its runs
 */
export async function removeCrossValidation(folder: string): Promise<string[]> {
  for (const run of begunFolds(folder)) await removeRun(run);
  for (const fold of readCrossValidationFacts(folder).folds) {
    const run = foldFolder(folder, fold);
    discardUnbegun(run);
    if (existsSync(run) && folderState(run) === "unused") rmdirSync(run);
  }
  rmSync(crossValidationReport(folder), { force: true });
  removeFacts(folder);
  const kept = readdirSync(folder, { recursive: true }).map(String).sort();
  if (kept.length === 0) rmdirSync(folder);
  return kept;
}
