import type { Schedule } from "@downhill/optim";
import { type BatchSize, batchSizeAt, clockOf } from "@downhill/train";

/** Schedules of hyperparameters, by name. */
export interface ScheduledValues {
  readonly description: object;
  readonly values: Readonly<Record<string, Schedule>>;
  /** Number, or a schedule by the epoch; a number is left out of the values at a step. */
  readonly batchSize: BatchSize;
}

/** Values in force at each step of a future run. */
export interface SchedulePreview {
  readonly totalSteps: number;
  /** Number of steps after which each epoch ends. */
  readonly epochEnds: readonly number[];
  at(step: number): Readonly<Record<string, number>>;
}

/** Returns the steps of a run and the values of its schedules at each. The batch size changes at the start of epochs. */
export function previewSchedules(
  { values, batchSize }: ScheduledValues,
  { epochs, images }: { readonly epochs: number; readonly images: number },
): SchedulePreview {
  const { totalSteps, epochEnds } = clockOf({ length: images, batchSize, epochs });
  return {
    totalSteps,
    epochEnds,
    at: (step) => {
      const epoch = epochEnds.findIndex((end) => step < end);
      const inForce = Object.entries(values).map(([name, schedule]) => [name, schedule(step)]);
      const size = typeof batchSize === "number" ? {} : { batchSize: batchSizeAt(batchSize, epoch) };
      return { step, epoch, ...Object.fromEntries(inForce), ...size };
    },
  };
}

/** Returns the momentum that goes with a schedule of the rate, as with oneCycle's. */
export const scheduledMomentum = (schedule: Schedule & { readonly momentum?: Schedule }): Schedule | undefined =>
  schedule.momentum;

/** Largest number of steps in the curve of a long run. */
const MOST_STEPS = 1000;

/** Returns the values at some of the steps, always with the first and the last, as lists by name. */
export function thinned({ totalSteps, at }: SchedulePreview): Record<string, number[]> {
  const shown = Math.min(MOST_STEPS, totalSteps);
  const lines = Array.from({ length: shown }, (_, i) =>
    Object.entries(at(shown === 1 ? 0 : Math.round((i * (totalSteps - 1)) / (shown - 1)))),
  );
  const lists: Record<string, number[]> = {};
  for (const [name, value] of lines.flat()) {
    lists[name] ??= [];
    lists[name].push(value);
  }
  return lists;
}
