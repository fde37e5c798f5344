import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { onDisk } from "../files/on-disk.ts";
import type { EpochLine, EvaluationPart } from "../training/callback.ts";
import { readLinesBackwards } from "./metrics/lines.ts";
import { isEpochLine, metricsLine } from "./metrics/metrics-line.ts";
import { runPaths } from "./paths.ts";
import { readResult } from "./result.ts";
import { type RunFacts, readRunFile } from "./run-file.ts";
import { type RunStatus, statusOf } from "./status.ts";

/** A run in a list. */
export interface RunSummary {
  readonly folder: string;
  readonly facts: RunFacts;
  readonly status: RunStatus;
  /** Updates taken. */
  readonly steps: number;
  /** Whole epochs. */
  readonly epochs: number;
  /** Of the result; until there is one, of the last evaluation. */
  readonly part: EvaluationPart | null;
  readonly accuracy: number | null;
  readonly loss: number | null;
}

/** A run folder that cannot be read. */
export interface BrokenRun {
  readonly folder: string;
  readonly problem: string;
}

/** How many lines from its end a metrics file is looked through for an epoch. */
const LAST_LINES = 20_000;

/**
 * The runs whose folders are in a folder, newest first, without reading their metrics as a whole. One that cannot be read
 * says why, and hides no other.
 * @throws TrainError where the folder may not be read; one that is not there has no runs
 */
export function listRuns(folder: string): (RunSummary | BrokenRun)[] {
  if (!existsSync(folder)) return [];
  const folders = onDisk(folder, () => readdirSync(folder, { withFileTypes: true }))
    .map(({ name }) => join(folder, name))
    .filter((path) => existsSync(runPaths(path).run));
  const runs = folders.map(tryToSummarize);
  return runs.sort((a, b) => createdOf(b).localeCompare(createdOf(a)) || a.folder.localeCompare(b.folder));
}

/** Those that cannot be read come last. */
const createdOf = (run: RunSummary | BrokenRun): string => ("facts" in run ? run.facts.created : "");

function tryToSummarize(folder: string): RunSummary | BrokenRun {
  try {
    return summarizeRun(folder);
  } catch (error) {
    return { folder, problem: (error as Error).message };
  }
}

/**
 * What a list says of one run.
 * @throws TrainError where the folder is not there, or no run's
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

/** The updates taken, and the last epoch that ended. */
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
