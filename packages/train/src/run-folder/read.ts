import { TrainError } from "../error.ts";
import type { EpochLine, StepLine } from "../training/callback.ts";
import { parseLine, rawLines, readLines } from "./metrics/lines.ts";
import { type EpochTiming, isEpochLine, metricsLine, timingLine } from "./metrics/metrics-line.ts";
import { StepTable } from "./metrics/step-table.ts";
import { runPaths } from "./paths.ts";
import { type RunResult, readResult } from "./result.ts";
import { type RunFacts, readRunFile } from "./run-file.ts";
import { type RunStatus, statusOf } from "./status.ts";

/** Contents of a run folder at any stage of the run. */
export interface Run {
  readonly folder: string;
  readonly facts: RunFacts;
  readonly status: RunStatus;
  readonly steps: readonly StepLine[];
  readonly epochs: readonly EpochLine[];
  readonly timings: readonly EpochTiming[];
  /** Result; null until the run ends. */
  readonly result: RunResult | null;
}

/**
 * Reads a run folder. A run that is in progress or was killed has fewer lines and no result. An incomplete last line is
 * skipped.
 * @throws TrainError if the folder is missing or not a run folder, or if a file in it is damaged
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

/** Run with its steps as columns, for plots and reports. */
export type RunTable = Omit<Run, "steps"> & { readonly steps: StepTable };

/** Reads a run folder like {@link readRunFolder}, with a fraction of the memory. */
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

/** Run without its step lines. */
export interface RunOutline extends Omit<Run, "steps"> {
  /** Number of completed steps. */
  readonly steps: number;
  /** Line of the last step of each epoch; undefined if the file has none. */
  readonly lastSteps: readonly (StepLine | undefined)[];
}

/** Reads a run folder like {@link readRunFolder}, but only counts the steps and parses the last one of each epoch. */
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

/** Reads a run without its steps, which `readMetrics` handles. */
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
      `${resultPath}: ${result.perClass.length} classes. Expected the ${classes} classes of run.json.`,
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

/** Returns a reader of metrics that passes each step to `take` and returns the epochs. */
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
