import { TrainError } from "../error.ts";
import type { Compiling } from "../training/compiling.ts";
import type { TrainerSettings, TrainOptions } from "../training/options.ts";

/** Options of the actual training that a short training uses unchanged. */
type Shared = "data" | "optimizer" | "trains" | keyof TrainerSettings | "shouldStop" | keyof Compiling;

/** Options of short trainings of copies of a network. */
export interface ShortTrainingOptions extends Pick<TrainOptions, Shared> {
  /** Network to copy; it is not changed. */
  readonly network: TrainOptions["network"];
  /** Batch size; if it changes during the training, that of the tested epoch. */
  readonly batchSize: number;
  /** Checkpoint to start from, with weights, optimizer state and position in the data; default the start of training. */
  readonly from?: TrainOptions["from"];
}

/**
 * Checks that the training images have at least two classes.
 * @throws TrainError if there is nothing to learn
 */
export function checkClasses({ train }: ShortTrainingOptions["data"]): void {
  if (new Set(train.labels).size >= 2) return;
  const only = train.classNames[train.labels[0] ?? 0];
  throw new TrainError(
    `all training images are of one class${only === undefined ? "" : `, '${only}'`}, so there is nothing to learn. Expected images of at least two classes.`,
  );
}
