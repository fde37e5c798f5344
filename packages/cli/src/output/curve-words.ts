import { count, short } from "./format.ts";
import { joinSections } from "./sections.ts";

/**
 * Describes a curve over a run in words: its first and last value, and its extremes beyond them.
 * @param steps number of steps; the first is 0
 */
export function curveInWords(what: string, value: (step: number) => number, steps: number): string {
  const values = Array.from({ length: steps }, (_, step) => value(step));
  const [first, last] = [values[0], values.at(-1)] as [number, number];
  const [least, most] = values.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [first, first]);
  if (least === most) return `${what}: ${short(first)} throughout`;
  const at = (extreme: number): string => `${short(extreme)} (step ${count(values.indexOf(extreme))})`;
  const parts = [
    `${short(first)} at first`,
    `${short(last)} at last`,
    least < Math.min(first, last) ? `minimum ${at(least)}` : null,
    most > Math.max(first, last) ? `maximum ${at(most)}` : null,
  ];
  return `${what}: ${joinSections(parts, ", ")}`;
}
