import type { StepFunction, StepsPerEpoch } from "@downhill/optim";

/** Batch size: constant, or a function of the 0-based epoch that changes it at the start of epochs. */
export type BatchSize = number | StepFunction;

/** Returns the batch size of an epoch. */
export const batchSizeAt = (batchSize: BatchSize, epoch: number): number =>
  typeof batchSize === "number" ? batchSize : batchSize(epoch);

/** Length of a training. */
export interface ClockOptions {
  /** Number of images in an epoch. */
  readonly length: number;
  readonly batchSize: BatchSize;
  readonly epochs: number;
  /** Number of batches per step, of an optimizer that accumulates gradients; default 1. */
  readonly microSteps?: number;
}

/** Returns the number of images per step in an epoch: the batch size, times `microSteps`. */
export const imagesPerStep = ({ batchSize, microSteps = 1 }: Omit<ClockOptions, "epochs">, epoch: number): number =>
  microSteps * batchSizeAt(batchSize, epoch);

/** Steps and epochs of a training, to which schedules are fitted. */
export interface Clock {
  readonly totalSteps: number;
  /** Number of steps at the end of each epoch. */
  readonly epochEnds: readonly number[];
  /** Steps of an epoch; a list with one entry per epoch if the batch size changes (see `inEpochs`). */
  readonly stepsPerEpoch: StepsPerEpoch;
}

/**
 * Computes the steps of a training in advance: its updates, which are fewer than its batches if gradients accumulate. The
 * last step of an epoch contains the remaining images.
 * @example
 * const { totalSteps } = clockOf({ length: 1600, batchSize: 32, epochs: 10, microSteps: 4 }); // 130
 * const optimizer = accumulateGradients(sgd({ lr: oneCycle({ maxLr: 0.1, totalSteps }) }), { microSteps: 4 });
 */
export function clockOf(options: ClockOptions): Clock {
  const stepsOf = (epoch: number): number => Math.ceil(options.length / imagesPerStep(options, epoch));
  const steps = Array.from({ length: options.epochs }, (_, epoch) => stepsOf(epoch));
  let totalSteps = 0;
  const epochEnds = steps.map((count) => {
    totalSteps += count;
    return totalSteps;
  });
  const stepsPerEpoch = typeof options.batchSize === "number" ? stepsOf(0) : steps;
  return { totalSteps, epochEnds, stepsPerEpoch };
}
