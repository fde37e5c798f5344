import { isWithin } from "../definition/range.ts";
import type { Argument } from "./arguments.ts";
import { boundariesReached, settled, since, wholeLengths } from "./time.ts";

/** Steps of an epoch, where all have as many; or those of each, of which the last one's hold for all later epochs. */
export type StepsPerEpoch = number | readonly number[];

/** Steps of an epoch, or of each. */
export const stepsPerEpoch = (): Argument<StepsPerEpoch> => ({
  expected: "a number in (0, inf), or a list of them, one for each epoch",
  accepts: (value): value is StepsPerEpoch =>
    Array.isArray(value) ? value.length > 0 && value.every(isDuration) : isDuration(value),
});

const isDuration = (value: unknown): boolean => typeof value === "number" && isWithin(value, "(0, inf)");

/** Epochs that are done at a step, with a fraction of the one under way. */
export function epochAt(stepsPerEpoch: StepsPerEpoch): (step: number) => number {
  if (typeof stepsPerEpoch === "number") return (step) => step / stepsPerEpoch;
  const starts = startsOf(stepsPerEpoch);
  return (step) => {
    const epoch = boundariesReached(starts, step) - 1;
    return epoch + since(step, starts[epoch] as number) / (stepsPerEpoch[epoch] as number);
  };
}

/**
 * Returns the step at which a number of epochs is done. 0.55 epochs of 100 steps are 55 steps exactly; fractions of a step
 * remain where there are some.
 */
export function stepAt(stepsPerEpoch: StepsPerEpoch): (epoch: number) => number {
  if (typeof stepsPerEpoch === "number") return (epoch) => settled(epoch * stepsPerEpoch);
  const starts = startsOf(stepsPerEpoch);
  return (epoch) => {
    const whole = Math.min(wholeLengths(epoch, 1), starts.length - 1);
    return settled((starts[whole] as number) + since(epoch, whole) * (stepsPerEpoch[whole] as number));
  };
}

/** The step at which each of the epochs begins. */
function startsOf(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((count) => {
    const start = sum;
    sum += count;
    return start;
  });
}
