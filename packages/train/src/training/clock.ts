import type { StepFunction, StepsPerEpoch } from "@downhill/optim";

/** Images of a step: always as many, or by the epoch, at whose start it changes. */
export type BatchSize = number | StepFunction;

export const batchSizeAt = (batchSize: BatchSize, epoch: number): number =>
  typeof batchSize === "number" ? batchSize : batchSize(epoch);

/** How long a training is. */
export interface ClockOptions {
  /** Images of an epoch. */
  readonly length: number;
  readonly batchSize: BatchSize;
  readonly epochs: number;
}

/** Steps and epochs of a training: what schedules are drawn out by. */
export interface Clock {
  readonly totalSteps: number;
  /** At how many steps each epoch ends. */
  readonly epochEnds: readonly number[];
  /** Steps of an epoch; a list with those of each where the batch size changes (see `inEpochs`). */
  readonly stepsPerEpoch: StepsPerEpoch;
}

/** The steps of a training, before it is done. The last batch of an epoch has what is left. */
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
