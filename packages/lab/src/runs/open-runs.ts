import { readResult, readRunFile, runPaths } from "@downhill/train";
import type { MetricRange, Outcome, Progress, RunDetails } from "../api/types.ts";
import type { Curves } from "../api/wire.ts";
import { readEpochTimes } from "../curves/epoch-times.ts";
import { MetricsFile } from "../curves/metrics-file.ts";
import { positionsOf } from "../curves/positions.ts";
import { type CurvesQuery, readCurves } from "../curves/read-curves.ts";
import { reportPictures } from "./report-pictures.ts";
import { finite, type RunList } from "./run-list.ts";
import { entryOf, runFolder } from "./run-place.ts";
import { settingsOf } from "./settings-of.ts";

/** Largest number of steps of all runs that are kept in memory, besides those of the run that was used last. */
const KEPT_STEPS = 12_000_000;

/** Runs whose metrics are in memory. */
export class OpenRuns {
  readonly #list: RunList;
  readonly #files = new Map<string, MetricsFile>();
  readonly #stepsPerEpoch = new Map<string, { readonly version: string; readonly steps: number }>();
  #uses = 0;

  constructor(list: RunList) {
    this.#list = list;
  }

  /**
   * Reads the new metrics of a run.
   * @param onPart receives the progress after each part of a large file
   * @throws Refusal if there is no such run folder
   */
  async follow(id: string, onPart: (progress: Progress) => void = () => {}): Promise<Progress> {
    const folder = runFolder(this.#list.root, id);
    const file = this.#fileOf(id, folder);
    const { status } = this.#list.get(id);
    await file.update(() => onPart(progressOf(id, status, file)));
    return progressOf(id, status, file);
  }

  /**
   * Returns the details of a run.
   * @throws Refusal or TrainError if the run cannot be read
   */
  async details(id: string): Promise<RunDetails> {
    const folder = runFolder(this.#list.root, id);
    const facts = readRunFile(folder);
    const paths = runPaths(folder);
    const progress = await this.follow(id);
    const { table } = this.#fileOf(id, folder);
    const times = readEpochTimes(paths.timings);
    const time = positionsOf(table, "time", { stepsPerEpoch: facts.stepsPerEpoch, times });
    return {
      run: this.#list.get(id),
      totalSteps: facts.totalSteps,
      classNames: facts.data.classNames,
      hyperparameters: Object.keys(facts.optimizer.hyperparameters),
      command: facts.command,
      settings: settingsOf(facts),
      epochs: table.epochs.map((epoch) => ({
        ...epoch,
        samples: finite(table.samples.at(epoch.steps - 1)),
        time: finite(time(epoch.steps - 1)),
      })),
      imagesPerSecond: times.imagesPerSecond,
      metrics: [...table.columns].map(([name, column]): MetricRange => {
        const { min, max } = column.summary(0, column.length);
        return { name, min: finite(min), max: finite(max) };
      }),
      result: outcomeOf(folder),
      progress,
    };
  }

  /**
   * Returns curves of a run.
   * @throws Refusal or TrainError if the run cannot be read
   */
  async curves(id: string, query: CurvesQuery): Promise<Curves> {
    const folder = runFolder(this.#list.root, id);
    const stepsPerEpoch = this.#stepsPerEpochOf(folder);
    const file = this.#fileOf(id, folder);
    await file.update();
    return readCurves(file, query, { stepsPerEpoch, times: readEpochTimes(runPaths(folder).timings) });
  }

  /** Reads `run.json` once for each of its versions: curves of a running run are fetched several times per second. */
  #stepsPerEpochOf(folder: string): number {
    const { run } = runPaths(folder);
    const entry = entryOf(run);
    const version = `${entry?.ino}:${entry?.size}:${entry?.mtimeMs}`;
    const known = this.#stepsPerEpoch.get(folder);
    if (known?.version === version) return known.steps;
    const { stepsPerEpoch: steps } = readRunFile(folder);
    this.#stepsPerEpoch.set(folder, { version, steps });
    return steps;
  }

  #fileOf(id: string, folder: string): MetricsFile {
    const file = this.#files.get(id) ?? new MetricsFile(runPaths(folder).metrics);
    this.#files.set(id, file);
    file.used = ++this.#uses;
    this.#evict(file);
    return file;
  }

  #evict(current: MetricsFile): void {
    const byUse = [...this.#files].sort(([, a], [, b]) => b.used - a.used);
    let steps = 0;
    for (const [id, file] of byUse) {
      steps += file.table.rows;
      if (steps > KEPT_STEPS && file !== current) this.#files.delete(id);
    }
  }
}

function progressOf(id: string, status: Progress["status"], file: MetricsFile): Progress {
  const { table, generation, read, problem } = file;
  return {
    id,
    status,
    rows: table.rows,
    epochs: table.epochs.length,
    read,
    damaged: table.damaged,
    generation,
    problem,
  };
}

function outcomeOf(folder: string): Outcome | null {
  const result = readResult(folder);
  if (result === null) return null;
  const { part, images, accuracy, loss, seconds, reason, confusion, mistakes } = result;
  return {
    part,
    images,
    accuracy: finite(accuracy),
    loss: finite(loss),
    seconds,
    reason,
    confusion,
    mistakes: mistakes.map(({ name, label, predicted, ...rest }) => ({
      name,
      label,
      predicted,
      probability: finite(rest.probability),
      loss: finite(rest.loss),
    })),
    pictures: Math.min(mistakes.length, reportPictures(runPaths(folder).report).length),
  };
}
