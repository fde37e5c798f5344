import { count, short } from "./format.ts";

/**
 * What a curve over a run shows, for those who cannot see it: its ends, and where it goes below or above both.
 * @param steps whole, from 0
 */
export function curveInWords(what: string, value: (step: number) => number, steps: number): string {
  const values = Array.from({ length: steps }, (_, step) => value(step));
  const [first, last] = [values[0], values.at(-1)] as [number, number];
  const [least, most] = values.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [first, first]);
  if (least === most) return `${what}: ${short(first)} throughout`;
  const place = (extreme: number): string => `${short(extreme)} (step ${count(values.indexOf(extreme))})`;
  const beyond = [
    ...(least < Math.min(first, last) ? [`at least ${place(least)}`] : []),
    ...(most > Math.max(first, last) ? [`at most ${place(most)}`] : []),
  ];
  return `${what}: ${[`${short(first)} at first`, `${short(last)} at last`, ...beyond].join(", ")}`;
}
