import type { NameMatch, Network } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import type { Optimizer } from "@downhill/optim";
import { checkSetting } from "../config/parse.ts";
import { pick } from "../config/pick.ts";
import type { Resolved } from "../config/settings/index.ts";
import { TrainError } from "../error.ts";
import { microStepsOf } from "./accumulate.ts";
import type { Callback } from "./callback.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type BatchSize, batchSizeAt, type ClockOptions } from "./clock.ts";
import type { Compiling } from "./compiling.ts";

/** Keys of the settings that the training loop follows; the optimizer, the data and the callbacks depend on others. */
const TRAINER_KEYS = ["seed", "order", "augment", "labelSmoothing", "largestPart", "evaluateEvery"] as const;

/** Settings that the training loop follows. */
export type TrainerSettings = Partial<Pick<Resolved, (typeof TRAINER_KEYS)[number]>>;

/** Picks the settings that the training loop follows from a resolved configuration, or from a training's options. */
export const trainerSettings = (from: TrainerSettings): TrainerSettings => pick(from, TRAINER_KEYS);

/** Options of a training. */
export interface TrainOptions extends TrainerSettings, Compiling {
  /** Network to train in place. */
  readonly network: Network;
  /** Training images, and those to evaluate on. */
  readonly data: Pick<DataSet, "train" | "validation" | "test" | "normalization">;
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

/** Returns the number and the sizes of the steps of a training. */
export const clockOptionsOf = ({ data, batchSize, epochs, optimizer }: TrainOptions): ClockOptions => ({
  length: data.train.length,
  batchSize,
  epochs,
  microSteps: microStepsOf(optimizer),
});

/** @throws TrainError for a number out of its range */
export function checkOptions(options: TrainOptions): void {
  const { epochs, batchSize, data, seed = 0 } = options;
  const whole = (name: string, value: number, most = Number.MAX_SAFE_INTEGER): void => {
    if (Number.isInteger(value) && value >= 1 && value <= most) return;
    const bound = most === Number.MAX_SAFE_INTEGER ? "" : ` and at most ${most}, the training images`;
    throw new TrainError(`${name} = ${value}: expected a whole number of at least 1${bound}`);
  };
  whole("epochs", epochs);
  if (typeof batchSize === "number") whole("batchSize", batchSize, data.train.length);
  else
    for (let epoch = 0; epoch < epochs; epoch++) {
      whole(`batchSize of epoch ${epoch}`, batchSizeAt(batchSize, epoch), data.train.length);
    }
  // Repeated range tests derive seeds beyond the range of the setting.
  if (!Number.isInteger(seed)) throw new TrainError(`seed = ${seed}: expected a whole number`);
  for (const key of ["order", "labelSmoothing", "largestPart", "evaluateEvery"] as const) {
    const value = options[key];
    if (value !== undefined && value !== null) checkSetting(key, value);
  }
}
