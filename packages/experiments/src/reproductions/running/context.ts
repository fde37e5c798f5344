import type { DataSet } from "@downhill/images";
import { type Callback, openData, versions } from "@downhill/train";
import type { ReproductionControl } from "./events.ts";
import type { ReproductionFacts } from "./facts.ts";
import { KeptResults } from "./kept.ts";
import { TrainingProgress } from "./progress.ts";
import {
  runTraining,
  type Training,
  type TrainingResult,
  type TrainingSettings,
  type TrainingSurroundings,
} from "./training.ts";

/** Interface between a reproduction and its trainings. */
export interface ReproductionContext {
  /** True for a form of seconds that only shows that everything runs: few images, few steps. */
  readonly quick: boolean;
  readonly seeds: readonly number[];
  /** Name or folder of the images. */
  readonly data: string;
  /** Maximum number of training images. */
  readonly trainImages: number;
  /** Trains networks, one after the other, and returns their results in order. Kept results are not repeated. */
  train(trainings: readonly Training[]): Promise<TrainingResult[]>;
  /** Runs computations, such as trainings, one after the other. Kept results are not repeated. */
  compute<Result extends object>(computations: readonly Computation<Result>[]): Promise<Result[]>;
}

/** Training of a reproduction, or another computation on the images. */
export interface Computation<Result extends object> extends Training {
  /** Description of the computation besides its settings, by which its kept results are found. */
  readonly kind: string;
  /** Computes a result that JSON can represent. */
  readonly compute: (settings: TrainingSettings, surroundings: TrainingSurroundings) => Promise<Result>;
}

/** A stop was requested: the reproduction ends without a result. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

/** Trainings of a reproduction with a folder for their results. */
export class RunningReproduction implements ReproductionContext {
  readonly quick: boolean;
  readonly seeds: readonly number[];
  readonly data: string;
  readonly trainImages: number;
  /** Trainings with their results, in order. */
  readonly trained: { readonly training: Training; readonly result: TrainingResult }[] = [];
  readonly #facts: ReproductionFacts;
  readonly #control: ReproductionControl;
  readonly #kept: KeptResults;
  readonly #progress: TrainingProgress;
  readonly #opened = new Map<string, Promise<DataSet>>();

  /** @param folder existing folder for the results */
  constructor(facts: ReproductionFacts, folder: string, control: ReproductionControl) {
    this.quick = facts.quick;
    this.seeds = facts.seeds;
    this.data = facts.data;
    this.trainImages = facts.trainLimit;
    this.#facts = facts;
    this.#control = control;
    this.#kept = new KeptResults(folder);
    this.#progress = new TrainingProgress(control.emit);
  }

  train(trainings: readonly Training[]): Promise<TrainingResult[]> {
    return this.compute(trainings.map((training) => ({ ...training, kind: "training", compute: runTraining })));
  }

  async compute<Result extends object>(computations: readonly Computation<Result>[]): Promise<Result[]> {
    this.#progress.announce(computations.length);
    const results: Result[] = [];
    for (const computation of computations) {
      const result = await this.#computeOne(computation);
      results.push(result);
      if (isTraining(result)) this.trained.push({ training: computation, result });
    }
    return results;
  }

  async #computeOne<Result extends object>({ name, kind, settings, compute }: Computation<Result>): Promise<Result> {
    if (this.#control.shouldStop()) throw new StoppedError();
    const { data: dataName, threads, trainLimit, testLimit } = this.#facts;
    const complete: TrainingSettings = { data: dataName, trainLimit, testLimit, ...settings };
    const data = await this.openData(complete);
    const description = {
      kind,
      settings: complete,
      fingerprint: data.fingerprint,
      threads,
      version: versions().downhill,
    };
    const kept = this.#kept.read<Result>(name, description);
    if (kept !== null) {
      this.#progress.skip();
      return kept;
    }
    this.#progress.begin(name);
    const follow: Callback = { name: "progress", onStep: ({ step, loss }) => this.#progress.step(step, loss) };
    const { shouldStop } = this.#control;
    const result = await compute(complete, { data, threads, shouldStop, callbacks: [follow] });
    if (shouldStop()) throw new StoppedError();
    this.#kept.write(name, description, result);
    this.#progress.end((result as Partial<TrainingResult>).accuracy ?? null);
    // What is read from a file later is the same value.
    return JSON.parse(JSON.stringify(result)) as Result;
  }

  /** Opens the images of a training, once for all trainings with the same ones. */
  openData({ data = this.#facts.data, trainLimit, testLimit }: Partial<TrainingSettings>): Promise<DataSet> {
    const given = {
      data,
      trainLimit: trainLimit ?? this.#facts.trainLimit,
      testLimit: testLimit ?? this.#facts.testLimit,
    };
    const key = JSON.stringify(given);
    const known = this.#opened.get(key);
    if (known) return known;
    const opening = openData(given, undefined, (event) => {
      if (event.kind === "data" || event.kind === "note") this.#control.emit(event);
    });
    this.#opened.set(key, opening);
    return opening;
  }
}

const isTraining = (result: object): result is TrainingResult => "epochs" in result && "diverged" in result;
