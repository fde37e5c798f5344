import { matchesName, type NameMatch, type Network, type TargetShapes } from "@downhill/graph";
import { balanced, isStream, type Sampler } from "@downhill/images";
import type { Optimizer } from "@downhill/optim";
import { allParts } from "@downhill/optim/rule";
import { checkNetwork, checkObject, checkObjects, checkOptimizer } from "../check-arguments.ts";
import { checkSetting } from "../config/parse.ts";
import { pick } from "../config/pick.ts";
import type { Resolved } from "../config/settings/index.ts";
import { TrainError } from "../error.ts";
import { microStepsOf } from "./accumulate.ts";
import type { Callback } from "./callback.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type BatchSize, batchSizeAt, type ClockOptions } from "./clock.ts";
import type { Compiling } from "./compiling.ts";
import { checkData, epochLength, type TrainData } from "./data.ts";
import { checkMetricNames, checkTargetShapes, isOwnLoss, type TrainObjective } from "./objective.ts";
import type { PhaseSettings } from "./phases.ts";

/** Keys of the settings that the training loop follows; the optimizer, the data and the callbacks depend on others. */
const TRAINER_KEYS = [
  ...(["seed", "order", "sampling", "augment", "labelSmoothing", "largestPart", "evaluateEvery"] as const),
  ...(["freeze", "freezeBatchNorm"] as const),
] as const;

/** Settings that the training loop follows. */
export type TrainerSettings = Partial<Pick<Resolved, (typeof TRAINER_KEYS)[number]>>;

/** Picks the settings that the training loop follows from a resolved configuration, or from a training's options. */
export const trainerSettings = (from: TrainerSettings & LossSettings): TrainerSettings & LossSettings =>
  pick(from, [...TRAINER_KEYS, "loss", "classWeights"]);

/** Loss of a training and the weights of its classes. */
type LossSettings = Pick<TrainObjective, "loss" | "classWeights">;

/** Options of a training. The type parameters are the names of the model's outputs, the targets and the metrics' names. */
export interface TrainOptions<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> extends TrainerSettings,
    Compiling,
    Pick<PhaseSettings, "head">,
    TrainObjective<Name, T, M> {
  /** Network to train in place. */
  readonly network: Network<Name>;
  /** Training images, and those to evaluate on: a data set, or sets of `imageSet`, of your own, or a stream. */
  readonly data: TrainData;
  /** Choice of the images of an epoch, such as `balanced()` or `weighted(weights)`; default as in `order`. */
  readonly sampler?: Sampler | undefined;
  /**
   * Optimizer. With `accumulateGradients`, a step has several batches, and schedules, lines and epochs count steps. A
   * constant decay of `exponentialMovingAverage` that is too long for the training rises with the step.
   */
  readonly optimizer: Optimizer;
  /**
   * Parameters to train, such as `/^fc\./` for the last layer; default all. The others are frozen: their gradients are not
   * computed, and their batch norm keeps its running statistics.
   */
  readonly trains?: NameMatch | undefined;
  /** Called while the features of a frozen body are computed, with the number of images. */
  readonly onFeatures?: ((done: number, total: number) => void) | undefined;
  /** Passes over the training images. */
  readonly epochs: number;
  /**
   * Batch size; all training images for gradient descent. A function of the 0-based epoch, such as optim's
   * `batchSizes`, changes it at the start of epochs.
   */
  readonly batchSize: BatchSize;
  /** Callbacks in the order of their calls; default none. */
  readonly callbacks?: readonly Callback[];
  /** Checkpoint to resume from; default none. */
  readonly from?: Checkpoint;
  /** Called before each step; true ends the training. */
  readonly shouldStop?: () => boolean;
}

/** Returns the choice of the images of an epoch; undefined for the order of the training. */
export const samplerOf = ({ sampler, sampling }: Pick<TrainOptions, "sampler" | "sampling">): Sampler | undefined =>
  sampler ?? (sampling === "balanced" ? balanced() : undefined);

/** Returns the number and the sizes of the steps of a training. */
export const clockOptionsOf = ({ data, batchSize, epochs, optimizer, sampler }: TrainOptions): ClockOptions => ({
  length: epochLength(data.train, sampler),
  batchSize,
  epochs,
  microSteps: microStepsOf(optimizer),
});

/**
 * @throws TrainError for a number out of its range, or images, targets or metrics that do not fit
 * @throws DataError for invalid members of images
 */
export function checkOptions(options: TrainOptions): void {
  const { epochs, batchSize, data, sampler, seed = 0 } = options;
  if (typeof data !== "object" || data === null) {
    throw new TrainError(
      "data is missing. Expected { train, validation } with the images of a data set or of imageSet.",
    );
  }
  checkArguments(options);
  checkData(data, options.network.model);
  checkLoss(options);
  const length = epochLength(data.train, sampler);
  const whole = (name: string, value: number, most = Number.MAX_SAFE_INTEGER): void => {
    if (Number.isInteger(value) && value >= 1 && value <= most) return;
    const bound = most === Number.MAX_SAFE_INTEGER ? "" : ` and at most ${most}, the training images`;
    throw new TrainError(`${name} = ${value}: expected a whole number of at least 1${bound}`);
  };
  whole("epochs", epochs);
  if (typeof batchSize !== "function") whole("batchSize", batchSize, length);
  else
    for (let epoch = 0; epoch < epochs; epoch++) {
      whole(`batchSize of epoch ${epoch}`, batchSizeAt(batchSize, epoch), length);
    }
  // Repeated range tests derive seeds beyond the range of the setting.
  if (!Number.isInteger(seed)) throw new TrainError(`seed = ${seed}: expected a whole number`);
  for (const key of ["order", "sampling", "labelSmoothing", "largestPart", "evaluateEvery"] as const) {
    const value = options[key];
    if (value !== undefined && value !== null) checkSetting(key, value);
  }
}

/** @throws TrainError for an option of another type than its own */
function checkArguments({ network, optimizer, callbacks = [], augment, sampler, from }: TrainOptions): void {
  checkNetwork("train", network);
  checkOptimizer("optimizer", optimizer);
  refuseFrozen(network, optimizer);
  checkObjects("callbacks", callbacks, "a list of callbacks, such as [stopEarly()]");
  if (augment !== undefined) checkObjects("augment", augment, 'a list, such as [{ kind: "flip" }]');
  if (sampler !== undefined) checkObject("sampler", sampler, "a sampler, such as balanced()");
  if (from === undefined) return;
  checkObject("from", from, "a checkpoint, the result of training.checkpoint()");
  for (const key of ["position", "weights", "updater", "callbacks"] as const) {
    checkObject(`from.${key}`, from[key], "that of a checkpoint, the result of training.checkpoint()");
  }
}

/** @throws TrainError if the groups of the optimizer freeze all parameters */
function refuseFrozen({ model }: Network, optimizer: Optimizer): void {
  const isFrozen = (name: string): boolean =>
    allParts(optimizer).every(({ groups }) => groups.find(({ match }) => matchesName(match, name))?.frozen === true);
  if (!model.parameters.every(({ name }) => isFrozen(name))) return;
  throw new TrainError(
    `optimizer: its groups freeze all parameters of ${model.name}, so there is nothing to train. Expected at least one that is trained.`,
  );
}

/** @throws TrainError for options that a frozen body excludes */
function checkPhases({ freeze = 0, head, trains, order, data }: TrainOptions): void {
  checkSetting("freeze", freeze);
  if (freeze === 0) {
    if (head !== undefined) throw new TrainError("head: it is an option of freeze. Set freeze, or use trains.");
    return;
  }
  const other =
    trains !== undefined
      ? "trains"
      : order === "easy-first"
        ? "order = easy-first"
        : isStream(data.train)
          ? "a stream"
          : null;
  if (other === null) return;
  throw new TrainError(
    `freeze beside ${other}. Expected images that are read by index, in any order. Remove one of them.`,
  );
}

/** @throws TrainError for options that the loss, the images or each other exclude */
function checkLoss(options: TrainOptions): void {
  const { network, data, labelSmoothing = 0, augment = [], order, optimizer, classWeights } = options;
  const [loss, sampler] = [isOwnLoss(options.loss) ? options.loss : undefined, samplerOf(options)];
  const { model } = network;
  checkPhases(options);
  checkMetricNames(options, Object.keys(optimizer.parts.hyperparameters));
  checkTargetShapes(options, data.train);
  const labels = isStream(data.train) ? undefined : data.train.labels;
  if (loss === undefined && model.classes > 0) {
    const wrong = labels?.findIndex((label) => label >= model.classes) ?? -1;
    if (wrong >= 0) {
      throw new TrainError(
        `data.train: the label of image ${wrong} is ${labels?.[wrong]}. Expected at most ${model.classes - 1}: ${model.name} has ${model.classes} classes.`,
      );
    }
  }
  const mixes = augment.some(({ kind }) => kind === "mixup" || kind === "cutmix");
  const weighted = classWeights !== undefined && classWeights !== null;
  if (loss !== undefined && (labelSmoothing !== 0 || mixes || weighted)) {
    const option = mixes ? "augment with mixup or cutmix" : weighted ? "classWeights" : "labelSmoothing";
    throw new TrainError(`${option} changes the default loss. Remove it, or leave out loss.`);
  }
  if (order === "easy-first" && (loss !== undefined || model.classes === 0 || isStream(data.train))) {
    throw new TrainError(
      "order = easy-first: the images are sorted by the default loss of class labels. Remove order.",
    );
  }
  if (sampler !== undefined && (isStream(data.train) || order === "easy-first" || order === "sequential")) {
    const other = isStream(data.train) ? "a stream, which has an order of its own" : `order = ${order}`;
    throw new TrainError(`sampler beside ${other}. Remove one of them.`);
  }
}
