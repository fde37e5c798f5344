import type { Schedule, StepFunction } from "@downhill/optim";

/** Schedules, and what follows them. */
export interface Followed {
  readonly description: object;
  /** By the hyperparameter's name. */
  readonly values: Readonly<Record<string, Schedule>>;
  /** Images of a step, by the epoch. */
  readonly batchSize: StepFunction;
  /** Whether the schedules count in epochs: the batch size, and all that goes with it. */
  readonly byEpoch: boolean;
}

/** What is in force at each step of a run that is not there yet. */
export interface Course {
  readonly totalSteps: number;
  /** At how many steps each epoch ends. */
  readonly epochEnds: readonly number[];
  at(step: number): Readonly<Record<string, number>>;
}

/** The steps of a run, and the values of its schedules at each. Batch sizes change at the start of epochs. */
export function courseOf(
  { values, batchSize, byEpoch }: Followed,
  { epochs, images }: { readonly epochs: number; readonly images: number },
): Course {
  const epochEnds: number[] = [];
  const epochOfStep: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const steps = Math.ceil(images / batchSize(epoch));
    for (let i = 0; i < steps; i++) epochOfStep.push(epoch);
    epochEnds.push(epochOfStep.length);
  }
  return {
    totalSteps: epochOfStep.length,
    epochEnds,
    at: (step) => {
      const epoch = epochOfStep[step] as number;
      const inForce = Object.entries(values).map(([name, schedule]) => [name, schedule(byEpoch ? epoch : step)]);
      return { step, epoch, ...Object.fromEntries(inForce) };
    },
  };
}

/** Steps that are told of a long course. */
const MOST = 1000;

/** The values at some of the steps, always the first and the last among them, as lists by name. */
export function thinned({ totalSteps, at }: Course): Record<string, number[]> {
  const shown = Math.min(MOST, totalSteps);
  const lines = Array.from({ length: shown }, (_, i) =>
    at(shown === 1 ? 0 : Math.round((i * (totalSteps - 1)) / (shown - 1))),
  );
  const names = Object.keys(lines[0] as object);
  return Object.fromEntries(names.map((name) => [name, lines.map((line) => line[name] as number)]));
}
