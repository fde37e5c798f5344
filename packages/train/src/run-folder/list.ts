import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isCrossValidation } from "../cross-validation/cross-validation-file.ts";
import { onDisk } from "../files/on-disk.ts";
import type { EpochLine, EvaluationPart } from "../training/callback.ts";
import { readLinesBackwards } from "./metrics/lines.ts";
import { isEpochLine, metricsLine } from "./metrics/metrics-line.ts";
import { runPaths } from "./paths.ts";
import { readResult } from "./result.ts";
import { type RunFacts, readRunFile } from "./run-file.ts";
import { type RunStatus, statusOf } from "./status.ts";

/** Entry of a list of runs. */
export interface RunSummary {
  readonly folder: string;
  readonly facts: RunFacts;
  readonly status: RunStatus;
  /** Number of completed steps. */
  readonly steps: number;
  /** Number of completed epochs. */
  readonly epochs: number;
  /** Evaluated part of the result, or, without one, of the last evaluation. */
  readonly part: EvaluationPart | null;
  readonly accuracy: number | null;
  readonly loss: number | null;
}

/** Run folder that cannot be read. */
export interface BrokenRun {
  readonly folder: string;
  readonly problem: string;
}

/** Maximum number of lines that are searched for an epoch, from the end of the metrics file. */
const LAST_LINES = 20_000;

/**
 * Lists the runs in a folder, and those of cross-validations in it, newest first, without reading their full metrics. Unreadable runs are listed with their
 * problem.
 * @throws TrainError if the folder is not readable; a missing folder has no runs
 */
export function listRuns(folder: string): (RunSummary | BrokenRun)[] {
  if (!existsSync(folder)) return [];
  const folders = onDisk(folder, () => readdirSync(folder, { withFileTypes: true }))
    .map(({ name }) => join(folder, name))
    .flatMap((path) => (isCrossValidation(path) ? foldsIn(path) : [path]))
    .filter((path) => existsSync(runPaths(path).run));
  const runs = folders.map(tryToSummarize);
  return runs.sort((a, b) => createdOf(b).localeCompare(createdOf(a)) || a.folder.localeCompare(b.folder));
}

/** Returns the run folders of a cross-validation. */
const foldsIn = (folder: string): readonly string[] =>
  onDisk(folder, () => readdirSync(folder)).map((name) => join(folder, name));

/** Returns the sort key of a run: unreadable ones come last. */
const createdOf = (run: RunSummary | BrokenRun): string => ("facts" in run ? run.facts.created : "");

function tryToSummarize(folder: string): RunSummary | BrokenRun {
  try {
    return summarizeRun(folder);
  } catch (error) {
    return { folder, problem: (error as Error).message };
  }
}

/**
 * Summarizes a run.
 * @throws TrainError if the folder is missing or not a run folder
 */
export function summarizeRun(folder: string): RunSummary {
  const facts = readRunFile(folder);
  const result = readResult(folder);
  const status = statusOf(folder, result);
  if (result) {
    const { steps, epochs, part, accuracy, loss } = result;
    return { folder, facts, status, steps, epochs, part, accuracy, loss };
  }
  const { steps, epoch } = lastOf(runPaths(folder).metrics, facts.data.classNames.length);
  const evaluation = epoch?.evaluation ?? null;
  return {
    folder,
    facts,
    status,
    steps,
    epochs: epoch ? epoch.epoch + 1 : 0,
    part: evaluation?.part ?? null,
    accuracy: evaluation?.accuracy ?? null,
    loss: evaluation?.loss ?? null,
  };
}

/** Returns the number of completed steps and the last completed epoch. */
function lastOf(metrics: string, classes: number): { readonly steps: number; readonly epoch: EpochLine | null } {
  let steps: number | undefined;
  let seen = 0;
  for (const line of readLinesBackwards(metrics, metricsLine(classes))) {
    if (isEpochLine(line)) return { steps: steps ?? line.steps, epoch: line };
    steps ??= line.step + 1;
    if (++seen === LAST_LINES) break;
  }
  return { steps: steps ?? 0, epoch: null };
}
