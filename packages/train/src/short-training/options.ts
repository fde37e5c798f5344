import { TrainError } from "../error.ts";
import type { Compiling } from "../training/compiling.ts";
import type { TrainerSettings, TrainOptions } from "../training/options.ts";

/** What of a training's options a test takes as they are: it tests what they train. */
type Shared = "data" | "optimizer" | keyof TrainerSettings | "shouldStop" | keyof Compiling;

/** What short trainings of a copy of a network need to know. */
export interface ShortTrainingOptions extends Pick<TrainOptions, Shared> {
  /** Is copied, and stays as it is. */
  readonly network: TrainOptions["network"];
  /** Images of a step; of a training that changes them, those of the epoch to test. */
  readonly batchSize: number;
  /** A moment of a training to test from, with its weights, optimizer state and place in the data; default the start. */
  readonly from?: TrainOptions["from"];
}

/** @throws TrainError for data that have nothing to learn */
export function checkClasses({ train }: ShortTrainingOptions["data"]): void {
  if (new Set(train.labels).size >= 2) return;
  const only = train.classNames[train.labels[0] ?? 0];
  throw new TrainError(
    `all training images are of one class${only === undefined ? "" : `, '${only}'`}: there is nothing to learn, and nothing to find; expected images of two classes or more`,
  );
}
