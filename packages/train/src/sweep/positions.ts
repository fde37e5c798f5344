import type { SweptName } from "./values.ts";

/**
 * Returns a function that maps values of a sweep to positions on an axis, 0 to 1. The axis is logarithmic, for momentum in
 * its time constant, 1 / (1 - momentum). A 0, which has no logarithm, is to the left of the others.
 */
export function sweepPositions(name: SweptName, values: readonly number[]): (value: number) => number {
  const logs = values.map((value) => logOf(name, value)).filter(Number.isFinite);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const gap = logs.length > 1 ? (most - least) / (logs.length - 1) : 1;
  const hasZero = logs.length < values.length;
  const low = hasZero ? least - gap : least;
  return (value) => {
    const log = logOf(name, value);
    return Number.isFinite(log) && most > low ? (log - low) / (most - low) : 0;
  };
}

const logOf = (name: SweptName, value: number): number =>
  name === "momentum" || name === "beta1" ? -Math.log(1 - value) : Math.log(value);
