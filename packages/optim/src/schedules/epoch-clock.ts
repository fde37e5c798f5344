import { isWithin } from "../definition/range.ts";
import { numberAt } from "../number-at.ts";
import type { Argument } from "./arguments.ts";
import { boundariesReached, settled, since, wholeLengths } from "./time.ts";

/** Steps of every epoch, or a list of the steps of each; the last of a list holds for all later epochs. */
export type StepsPerEpoch = number | readonly number[];

/** Argument of the steps per epoch. */
export const stepsPerEpoch = (): Argument<StepsPerEpoch> => ({
  expected: "a number in (0, inf), or a list of them, one for each epoch",
  accepts: (value): value is StepsPerEpoch =>
    Array.isArray(value) ? value.length > 0 && value.every(isDuration) : isDuration(value),
});

const isDuration = (value: unknown): boolean => typeof value === "number" && isWithin(value, "(0, inf)");

/** Returns a function from a step to the epochs that are complete, including a fraction of the current one. */
export function epochAt(stepsPerEpoch: StepsPerEpoch): (step: number) => number {
  if (typeof stepsPerEpoch === "number") return (step) => step / stepsPerEpoch;
  const starts = startsOf(stepsPerEpoch);
  return (step) => {
    const epoch = boundariesReached(starts, step) - 1;
    return epoch + since(step, numberAt(starts, epoch)) / numberAt(stepsPerEpoch, epoch);
  };
}

/**
 * Returns a function from a number of epochs to the step at which they are complete. 0.55 epochs of 100 steps are
 * exactly 55 steps; a true fraction of a step remains.
 */
export function stepAt(stepsPerEpoch: StepsPerEpoch): (epoch: number) => number {
  if (typeof stepsPerEpoch === "number") return (epoch) => settled(epoch * stepsPerEpoch);
  const starts = startsOf(stepsPerEpoch);
  return (epoch) => {
    const whole = Math.min(wholeLengths(epoch, 1), starts.length - 1);
    return settled(numberAt(starts, whole) + since(epoch, whole) * numberAt(stepsPerEpoch, whole));
  };
}

/** Returns the first step of each epoch. */
function startsOf(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((count) => {
    const start = sum;
    sum += count;
    return start;
  });
}
