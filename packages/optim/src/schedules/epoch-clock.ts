import { isWithin } from "../range.ts";
import type { Argument } from "./arguments.ts";
import { passed } from "./passed.ts";

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
    const epoch = passed(starts, step) - 1;
    return epoch + (step - (starts[epoch] as number)) / (stepsPerEpoch[epoch] as number);
  };
}

/** The step at which so many epochs are done; fractions lie within epochs. */
export function stepAt(stepsPerEpoch: StepsPerEpoch): (epoch: number) => number {
  if (typeof stepsPerEpoch === "number") return (epoch) => epoch * stepsPerEpoch;
  const starts = startsOf(stepsPerEpoch);
  return (epoch) => {
    const whole = Math.min(Math.floor(epoch), starts.length - 1);
    return (starts[whole] as number) + (epoch - whole) * (stepsPerEpoch[whole] as number);
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
