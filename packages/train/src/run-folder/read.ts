import { TrainError } from "../error.ts";
import type { EpochLine, StepLine } from "../training/callback.ts";
import { parseLine, rawLines, readLines } from "./metrics/lines.ts";
import { type EpochTiming, isEpochLine, metricsLine, timingLine } from "./metrics/metrics-line.ts";
import { StepTable } from "./metrics/step-table.ts";
import { runPaths } from "./paths.ts";
import { type RunResult, readResult } from "./result.ts";
import { type RunFacts, readRunFile } from "./run-file.ts";
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
  const steps: StepLine[] = [];
  return {
    ...readRun(
      folder,
      eachStep((line) => steps.push(line)),
    ),
    steps,
  };
}

/** A run with its steps as columns: what plots and reports are made of. */
export type RunTable = Omit<Run, "steps"> & { readonly steps: StepTable };

/** Reads a run folder as {@link readRunFolder} does, into a fraction of the memory. */
export function readRunTable(folder: string): RunTable {
  const steps = new StepTable();
  return {
    ...readRun(
      folder,
      eachStep((line) => steps.add(line)),
    ),
    steps,
  };
}

/** A run without the lines of its steps. */
export interface RunOutline extends Omit<Run, "steps"> {
  /** Updates taken. */
  readonly steps: number;
  /** The line of the last step of each epoch; undefined where the file has none. */
  readonly lastSteps: readonly (StepLine | undefined)[];
}

/** Reads a run folder as {@link readRunFolder} does, but counts its steps: only the last one of each epoch is parsed. */
export function outlineRun(folder: string): RunOutline {
  const lastSteps: (StepLine | undefined)[] = [];
  let steps = 0;
  const run = readRun(folder, (path, as) => {
    const epochs: EpochLine[] = [];
    let last = Buffer.alloc(0);
    for (const raw of rawLines(path)) {
      if (raw.isEnded && isStep(raw.bytes)) {
        steps++;
        if (last.length < raw.bytes.length) last = Buffer.alloc(2 * raw.bytes.length);
        last.fill(SPACE, raw.bytes.copy(last));
        continue;
      }
      const line = parseLine(path, raw, as);
      if (line === undefined) continue;
      if (isEpochLine(line)) {
        epochs.push(line);
        lastSteps.push(parseLine(path, { ...raw, bytes: last, isEnded: false }, as) as StepLine | undefined);
      } else steps++;
    }
    return epochs;
  });
  return { ...run, steps, lastSteps };
}

const STEP = '{"step":';
const [SPACE, END] = [" ", "}"].map((character) => character.charCodeAt(0)) as [number, number];

const isStep = (bytes: Buffer): boolean => bytes.at(-1) === END && bytes.toString("latin1", 0, STEP.length) === STEP;

type ParseMetrics = ReturnType<typeof metricsLine>;

/** All of a run but its steps, which are left to what reads the metrics. */
function readRun(
  folder: string,
  readMetrics: (path: string, as: ParseMetrics) => readonly EpochLine[],
): Omit<Run, "steps"> {
  const facts = readRunFile(folder);
  const classes = facts.data.classNames.length;
  const { metrics, timings, result: resultPath } = runPaths(folder);
  const epochs = readMetrics(metrics, metricsLine(classes));
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
    epochs,
    timings: [...readLines(timings, timingLine)],
    result,
  };
}

/** Gives each step to what takes it, and returns the epochs. */
const eachStep =
  (take: (line: StepLine) => void) =>
  (path: string, as: ParseMetrics): EpochLine[] => {
    const epochs: EpochLine[] = [];
    for (const line of readLines(path, as)) {
      if (isEpochLine(line)) epochs.push(line);
      else take(line);
    }
    return epochs;
  };
