/** Documents that the server sends and the page reads. NaN and infinity are null. */

/** Status of a run: that of its result, or "running", or "unfinished" if it was stopped or killed and can be resumed. */
export type Status = "finished" | "stopped" | "failed" | "running" | "unfinished" | "unreadable";

/** Row of the list of runs. */
export interface ListedRun {
  /** Path of the run folder relative to the folder of runs, with slashes. */
  readonly id: string;
  readonly status: Status;
  /** Reason why the run cannot be read; null if it can. All other fields are then empty. */
  readonly problem: string | null;
  /** Start time, ISO 8601. */
  readonly created: string;
  readonly data: string;
  readonly model: string;
  readonly optimizer: string;
  readonly lr: number | null;
  readonly batchSize: number | null;
  readonly seed: number | null;
  readonly steps: number;
  readonly epochs: number;
  /** Number of epochs that the run is to have. */
  readonly totalEpochs: number;
  readonly accuracy: number | null;
  readonly loss: number | null;
}

/** All runs of the folder, newest first. */
export interface RunList {
  /** Folder of runs as it was given. */
  readonly folder: string;
  readonly runs: readonly ListedRun[];
}

/** Epoch of a run. */
export interface Epoch {
  readonly epoch: number;
  /** Number of steps at the end of the epoch. */
  readonly steps: number;
  /** Number of images at the end of the epoch. */
  readonly samples: number | null;
  /** Seconds of training at the end of the epoch. */
  readonly time: number | null;
  readonly trainLoss: number | null;
  readonly trainAccuracy: number | null;
  /** Evaluated part; null if the epoch was not evaluated. */
  readonly part: string | null;
  readonly loss: number | null;
  readonly accuracy: number | null;
}

/** Misclassified image of a result. */
export interface MistakeOf {
  readonly name: string;
  readonly label: number;
  readonly predicted: number;
  readonly probability: number | null;
  readonly loss: number | null;
}

/** Evaluation of the trained model. */
export interface Outcome {
  readonly part: string | null;
  readonly images: number | null;
  readonly accuracy: number | null;
  readonly loss: number | null;
  readonly seconds: number;
  /** Reason for an end before the last epoch; null otherwise. */
  readonly reason: string | null;
  /** Counts: rows are true classes, columns predicted ones; null without one. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** Misclassified images with the highest loss, worst first. */
  readonly mistakes: readonly MistakeOf[];
  /** Number of the first mistakes whose pictures the run folder has. */
  readonly pictures: number;
}

/** Details of a run besides its curves. */
export interface RunDetails {
  readonly run: ListedRun;
  readonly totalSteps: number;
  readonly classNames: readonly string[];
  /** Names of the optimizer's hyperparameters, which are metrics of each step. */
  readonly hyperparameters: readonly string[];
  /** Command that repeats the run. */
  readonly command: string;
  /** Configuration, data, device and versions by key, such as `hyperparameters.beta2`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly epochs: readonly Epoch[];
  /** Trained images per second in the last measured epoch; null before its end. */
  readonly imagesPerSecond: number | null;
  /** Names of the metrics of steps. */
  readonly metrics: readonly MetricRange[];
  /** Result; null until the run ends. */
  readonly result: Outcome | null;
  readonly progress: Progress;
}

/** Smallest and largest value of a metric over all steps; null if no value is finite. */
export interface MetricRange {
  readonly name: string;
  readonly min: number | null;
  readonly max: number | null;
}

/** State of the metrics of a run that changes while the run trains. */
export interface Progress {
  readonly id: string;
  readonly status: Status;
  /** Number of steps that have been read. */
  readonly rows: number;
  readonly epochs: number;
  /** Share of the metrics file that has been read, 0 to 1. */
  readonly read: number;
  /** Number of damaged lines that were skipped. */
  readonly damaged: number;
  /** Changes whenever earlier metrics were replaced, as when a run is resumed from a checkpoint. */
  readonly generation: number;
  /** Reason why the metrics cannot be read; null if they can. */
  readonly problem: string | null;
}

/** Units of the horizontal axis. */
export const X_UNITS = ["step", "epoch", "samples", "time"] as const;
export type XUnit = (typeof X_UNITS)[number];
