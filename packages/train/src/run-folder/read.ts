import { TrainError } from "../error.ts";
import { runPaths } from "../run/paths.ts";
import { type RunResult, readResult } from "../run/result.ts";
import { type RunFacts, readRunFile } from "../run/run-file.ts";
import type { EpochLine, StepLine } from "../training/callback.ts";
import { readLines } from "./lines.ts";
import { type EpochTiming, isEpochLine, metricsLine, timingLine } from "./metrics-line.ts";
import { type RunStatus, statusOf } from "./status.ts";

/** All that a run folder says in text: one that has ended, goes on, or was stopped at any moment. */
export interface Run {
  readonly folder: string;
  readonly facts: RunFacts;
  readonly status: RunStatus;
  readonly steps: readonly StepLine[];
  readonly epochs: readonly EpochLine[];
  readonly timings: readonly EpochTiming[];
  /** Null until the run has ended. */
  readonly result: RunResult | null;
}

/**
 * Reads a run folder. A run that is still going, or was killed, has fewer lines and no result; a last line that is cut
 * short is left out.
 * @throws TrainError where the folder is not there or no run's, or a file in it is damaged
 * @example const { facts, epochs } = readRunFolder("runs/first");
 */
export function readRunFolder(folder: string): Run {
  const facts = readRunFile(folder);
  const classes = facts.data.classNames.length;
  const { metrics, timings, result: resultPath } = runPaths(folder);
  const steps: StepLine[] = [];
  const epochs: EpochLine[] = [];
  for (const line of readLines(metrics, metricsLine(classes))) {
    if (isEpochLine(line)) epochs.push(line);
    else steps.push(line);
  }
  const result = readResult(folder);
  if (result?.perClass && result.perClass.length !== classes) {
    throw new TrainError(
      `${resultPath}: it has ${result.perClass.length} classes: expected the ${classes} of run.json`,
    );
  }
  return {
    folder,
    facts,
    status: statusOf(folder, result),
    steps,
    epochs,
    timings: [...readLines(timings, timingLine)],
    result,
  };
}
