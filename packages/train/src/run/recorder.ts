import type { Model } from "@downhill/graph";
import { type Lines, writeRunCheckpoint } from "../checkpoints/run-checkpoints.ts";
import { shapesOf, weightsFile } from "../checkpoints/weights-file.ts";
import { makeFolderIn, writeAtomically } from "../files/atomic.ts";
import { LineLog } from "../files/line-log.ts";
import type { RunPaths } from "../run-folder/paths.ts";
import type { Callback, Training } from "../training/callback.ts";
import { NOTHING_SPENT, type Spent } from "../training/checkpoint.ts";
import { STOPPED_ON_REQUEST } from "../training/train.ts";
import { type Best, isBetter } from "./best.ts";
import type { RunEvent } from "./events.ts";
import { throttle } from "./throttle.ts";

export interface RecorderOptions {
  readonly paths: RunPaths;
  readonly model: Model;
  readonly totalSteps: number;
  /** Seconds between checkpoints within an epoch. */
  readonly checkpointSeconds: number;
  /** Lengths of the line logs to keep; 0 for a new run. */
  readonly lines: Lines;
  /** True to write a checkpoint before the first step, for initial weights that cannot be computed again. Default false. */
  readonly savesStart?: boolean;
  readonly emit: (event: RunEvent) => void;
}

/** State of the recorder between epochs. */
interface RecorderState {
  readonly best: Best | null;
  /** Time and images before the current epoch. */
  readonly before: Spent;
}

/** Callback that writes metrics, timings and checkpoints to the run folder. It must be the last callback of a run. */
export class Recorder implements Callback {
  readonly name = "recorder";
  readonly #options: RecorderOptions;
  #files: { readonly metrics: LineLog; readonly timings: LineLog } | null = null;
  #state: RecorderState = { best: null, before: NOTHING_SPENT };
  #saved = performance.now();
  readonly #throttled = throttle();

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  onStart(training: Training): void {
    const { paths, lines } = this.#options;
    this.#files = {
      metrics: new LineLog(paths.metrics, lines.metrics),
      timings: new LineLog(paths.timings, lines.timings),
    };
    if (this.#options.savesStart) this.save(training);
  }

  onStep(line: Parameters<NonNullable<Callback["onStep"]>>[0], training: Training): void {
    const now = performance.now();
    const { emit, totalSteps } = this.#options;
    this.#files?.metrics.append(line);
    this.#throttled(() => emit({ kind: "step", line, totalSteps, spent: training.spent }));
    // Every epoch ends with a checkpoint, after its evaluation.
    if (now - this.#saved > 1000 * this.#options.checkpointSeconds && training.position.seen > 0) this.save(training);
  }

  async onEpoch(line: Parameters<NonNullable<Callback["onEpoch"]>>[0], _: unknown, training: Training): Promise<void> {
    const { spent } = training;
    this.#files?.metrics.append(line);
    this.#files?.timings.append({ epoch: line.epoch, ...rates(spent, this.#state.before) });
    const { evaluation } = line;
    const isBest = evaluation !== null && isBetter(evaluation, this.#state.best);
    const { accuracy, loss } = evaluation ?? { accuracy: 0, loss: 0 };
    const best = isBest ? { accuracy, loss, step: line.steps } : this.#state.best;
    this.#state = { best, before: spent };
    const { paths, model } = this.#options;
    if (isBest) {
      // The best weights precede the checkpoint that refers to them: a run that is killed in between writes them again.
      makeFolderIn(paths.checkpoints);
      writeAtomically(paths.best, weightsFile(model, await training.evaluationWeights()));
    }
    this.save(training);
    this.#options.emit({ kind: "epoch", line, spent, best: isBest });
  }

  /** Writes a checkpoint if the training can be resumed. */
  onEnd(reason: string | null, training: Training): void {
    if (reason === STOPPED_ON_REQUEST) this.save(training);
  }

  /** Writes a checkpoint. */
  save(training: Training): void {
    const { paths, model } = this.#options;
    const lines = { metrics: this.#files?.metrics.flush() ?? 0, timings: this.#files?.timings.flush() ?? 0 };
    writeRunCheckpoint(paths.checkpoints, training.checkpoint(), shapesOf(model), lines);
    this.#saved = performance.now();
  }

  state(): RecorderState {
    return this.#state;
  }

  restore(state: unknown): void {
    this.#state = state as RecorderState;
  }

  close(): void {
    this.#files?.metrics.close();
    this.#files?.timings.close();
  }
}

/** Returns the time and images since `before` as a line of the timings. */
export function rates(spent: Spent, before: Spent = NOTHING_SPENT) {
  const milliseconds = spent.milliseconds - before.milliseconds;
  return {
    seconds: milliseconds / 1000,
    imagesPerSecond: milliseconds === 0 ? 0 : (1000 * (spent.images - before.images)) / milliseconds,
    waitingShare: milliseconds === 0 ? 0 : (spent.waited - before.waited) / milliseconds,
  };
}
