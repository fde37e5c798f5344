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
}

/** Steps and epochs of a training, to which schedules are fitted. */
export interface Clock {
  readonly totalSteps: number;
  /** Number of steps at the end of each epoch. */
  readonly epochEnds: readonly number[];
  /** Steps of an epoch; a list with one entry per epoch if the batch size changes (see `inEpochs`). */
  readonly stepsPerEpoch: StepsPerEpoch;
}

/** Computes the steps of a training in advance. The last batch of an epoch contains the remaining images. */
export function clockOf({ length, batchSize, epochs }: ClockOptions): Clock {
  const stepsOf = (epoch: number): number => Math.ceil(length / batchSizeAt(batchSize, epoch));
  const steps = Array.from({ length: epochs }, (_, epoch) => stepsOf(epoch));
  let totalSteps = 0;
  const epochEnds = steps.map((count) => {
    totalSteps += count;
    return totalSteps;
  });
  const stepsPerEpoch = typeof batchSize === "number" ? stepsOf(0) : steps;
  return { totalSteps, epochEnds, stepsPerEpoch };
}
