import type { Schedule } from "@downhill/optim";
import { type BatchSize, batchSizeAt, clockOf } from "@downhill/train";

/** Schedules, and what follows them. */
export interface ScheduledValues {
  readonly description: object;
  /** Of steps, by the hyperparameter's name. */
  readonly values: Readonly<Record<string, Schedule>>;
  /** Images of a step; is told where it changes. */
  readonly batchSize: BatchSize;
}

/** What is in force at each step of a run that is not there yet. */
export interface SchedulePreview {
  readonly totalSteps: number;
  /** At how many steps each epoch ends. */
  readonly epochEnds: readonly number[];
  at(step: number): Readonly<Record<string, number>>;
}

/** The steps of a run, and the values of its schedules at each. Batch sizes change at the start of epochs. */
export function previewSchedules(
  { values, batchSize }: ScheduledValues,
  { epochs, images }: { readonly epochs: number; readonly images: number },
): SchedulePreview {
  const { totalSteps, epochEnds } = clockOf({ length: images, batchSize, epochs });
  const epochOfStep = epochEnds.flatMap((end, epoch) =>
    Array.from({ length: end - (epochEnds[epoch - 1] ?? 0) }, () => epoch),
  );
  return {
    totalSteps,
    epochEnds,
    at: (step) => {
      const epoch = epochOfStep[step] as number;
      const inForce = Object.entries(values).map(([name, schedule]) => [name, schedule(step)]);
      const size = typeof batchSize === "number" ? {} : { batchSize: batchSizeAt(batchSize, epoch) };
      return { step, epoch, ...Object.fromEntries(inForce), ...size };
    },
  };
}

/** Steps that are told of a long course. */
const MOST = 1000;

/** The values at some of the steps, always the first and the last among them, as lists by name. */
export function thinned({ totalSteps, at }: SchedulePreview): Record<string, number[]> {
  const shown = Math.min(MOST, totalSteps);
  const lines = Array.from({ length: shown }, (_, i) =>
    at(shown === 1 ? 0 : Math.round((i * (totalSteps - 1)) / (shown - 1))),
  );
  const names = Object.keys(lines[0] as object);
  return Object.fromEntries(names.map((name) => [name, lines.map((line) => line[name] as number)]));
}
