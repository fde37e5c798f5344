import type { DeviceName, Lowering, Network, VariantRecord } from "@downhill/graph";
import type { AugmentDescription, DataSet } from "@downhill/images";
import type { Optimizer } from "@downhill/optim";
import { TrainError } from "../error.ts";
import type { Callback } from "./callback.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type BatchSize, batchSizeAt } from "./clock.ts";

/**
 * The order of the training images: shuffled anew each epoch; as they come; or easy ones first, by the loss of each image
 * after a first, shuffled epoch (a curriculum: https://doi.org/10.1145/1553374.1553380).
 */
export const ORDERS = ["shuffled", "sequential", "easy-first"] as const;
export type Order = (typeof ORDERS)[number];

export interface TrainOptions {
  /** Is trained in place. */
  readonly network: Network;
  readonly data: Pick<DataSet, "train" | "validation" | "test" | "normalization">;
  readonly optimizer: Optimizer;
  readonly epochs: number;
  /**
   * Images of a step; as many as there are is gradient descent. A function of the 0-based epoch, such as optim's
   * `batchSizes`, changes it at the start of epochs.
   */
  readonly batchSize: BatchSize;
  /** Of orders, augmentation, dropout and whatever else is random; a whole number, default 0. */
  readonly seed?: number;
  readonly order?: Order;
  /** In the order in which they are done; default none. */
  readonly augment?: readonly AugmentDescription[];
  /** Share of the target that is spread over all classes; default 0. */
  readonly labelSmoothing?: number;
  /**
   * The most images that are computed at once: larger batches are computed in parts whose gradients are added. Batch norm
   * then has the statistics of the parts. Default: what about 4 GB hold.
   */
  readonly largestPart?: number;
  /** Judge every so many epochs, and always after the last; default 1. */
  readonly evaluateEvery?: number;
  readonly callbacks?: readonly Callback[];
  /** Where to go on from; default the start. */
  readonly from?: Checkpoint;
  /** Asked before each step; true ends the training. */
  readonly shouldStop?: () => boolean;
  /** As for graph's `compile`, with 1 thread by default. */
  readonly device?: DeviceName;
  readonly threads?: number;
  readonly lowering?: Lowering;
  readonly tune?: boolean;
  readonly variants?: VariantRecord;
}

/** @throws TrainError for a number that makes no sense */
export function checkOptions({
  epochs,
  batchSize,
  data,
  evaluateEvery = 1,
  labelSmoothing = 0,
  seed = 0,
}: TrainOptions): void {
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
  whole("evaluateEvery", evaluateEvery);
  if (!Number.isInteger(seed)) throw new TrainError(`seed = ${seed}: expected a whole number`);
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new TrainError(`labelSmoothing = ${labelSmoothing}: expected a number from 0 to below 1`);
  }
}
