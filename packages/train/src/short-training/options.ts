import type { TargetShapes } from "@downhill/graph";
import { isStream } from "@downhill/images";
import { checkNetwork, checkObject, checkOptimizer } from "../check-arguments.ts";
import { TrainError } from "../error.ts";
import type { Compiling } from "../training/compiling.ts";
import { isClassification, type TrainObjective } from "../training/objective.ts";
import type { TrainerSettings, TrainOptions } from "../training/options.ts";

/** Options of the actual training that a short training uses unchanged. */
type Shared =
  | ("data" | "sampler" | "optimizer" | "trains" | "head" | "shouldStop")
  | keyof TrainerSettings
  | keyof Compiling
  | keyof TrainObjective;

/** Options of short trainings of copies of a network. */
export interface ShortTrainingOptions<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> extends Pick<TrainOptions<Name, T, M>, Shared> {
  /** Network to copy; it is not changed. */
  readonly network: TrainOptions<Name, T, M>["network"];
  /** Batch size; if it changes during the training, that of the tested epoch. */
  readonly batchSize: number;
  /** Checkpoint to start from, with weights, optimizer state and position in the data; default the start of training. */
  readonly from?: TrainOptions["from"];
}

/**
 * Checks the types of the options of a short training.
 * @param place name of the function
 * @throws TrainError for an option of another type than its own
 */
export function checkShortTraining(place: string, options: ShortTrainingOptions): void {
  checkObject(`${place}: the argument`, options, "an object with network, data, optimizer and batchSize");
  checkNetwork(place, options.network);
  checkObject(`${place}: data`, options.data, "{ train } with the images of a data set or of imageSet");
  checkObject(`${place}: data.train`, options.data.train, "the images of a data set or of imageSet");
  checkOptimizer(`${place}: optimizer`, options.optimizer);
}

/**
 * Checks that the training images of a classifier have at least two classes.
 * @throws TrainError if there is nothing to learn
 */
export function checkClasses(options: ShortTrainingOptions): void {
  const { network, data } = options;
  const { train } = data;
  if (!isClassification(options, network.model) || isStream(train) || !train.labels?.length) return;
  if (new Set(train.labels).size >= 2) return;
  const only = train.classNames?.[train.labels[0] ?? 0];
  throw new TrainError(
    `all training images are of one class${only === undefined ? "" : `, '${only}'`}, so there is nothing to learn. Expected images of at least two classes.`,
  );
}
