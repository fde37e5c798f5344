import { columnsOf, cut, visible } from "@downhill/train/text";
import { count } from "./format.ts";

/** Part of a line. */
export interface Field {
  readonly text: string;
  /** Order in which fields are dropped from a line that is too long: highest first; 0 stays. */
  readonly drop: number;
}

/** Joins fields to a line of at most `columns` columns: drops fields, then cuts the rest. */
export function fit(fields: readonly Field[], columns: number, separator: string): string {
  const kept = fields.map(({ text, drop }) => ({ text: visible(text), drop }));
  const line = (): string => kept.map(({ text }) => text).join(separator);
  while (columnsOf(line()) > columns) {
    const worst = Math.max(...kept.map(({ drop }) => drop));
    if (worst === 0) break;
    const last = kept.map(({ drop }) => drop).lastIndexOf(worst);
    kept.splice(last, 1);
  }
  return cut(line(), Math.max(0, columns));
}

/** Returns the progress of an activity as fields. The numbers come first, so that they stay if the line is cut. */
export const progressFields = (activity: string, done: number, total: number): Field[] => [
  ...(total > 0 ? [{ text: `${count(done)} of ${count(total)}`, drop: 0 }] : []),
  { text: activity, drop: 0 },
];
