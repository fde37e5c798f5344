import { runPaths } from "../run/paths.ts";
import { type RunResult, readResult } from "../run/result.ts";
import { type RunFacts, readRunFile } from "../run/run-file.ts";
import type { EpochLine, StepLine } from "../training/callback.ts";
import { readLines } from "./lines.ts";
import { type RunStatus, statusOf } from "./status.ts";

/** How long an epoch took: a line of `timings.ndjson`. */
export interface EpochTiming {
  readonly epoch: number;
  /** Of training steps; judging is not in it. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** Share of these seconds in which the next batch was not ready. */
  readonly waitingShare: number;
}

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
  const { metrics, timings } = runPaths(folder);
  const steps: StepLine[] = [];
  const epochs: EpochLine[] = [];
  for (const line of readLines(metrics)) {
    if (isEpochLine(line)) epochs.push(line);
    else steps.push(line as StepLine);
  }
  const result = readResult(folder);
  return {
    folder,
    facts,
    status: statusOf(folder, result),
    steps,
    epochs,
    timings: [...(readLines(timings) as Iterable<EpochTiming>)],
    result,
  };
}

/** Lines of steps have `step`. */
export const isEpochLine = (line: unknown): line is EpochLine => !("step" in (line as object));
