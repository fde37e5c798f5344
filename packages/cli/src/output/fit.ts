import { columnsOf, cut, visible } from "@downhill/train/text";
import { count } from "./format.ts";

/** A part of a line. */
export interface Field {
  readonly text: string;
  /** Fields with the highest number are left out first where the line is too long; 0 stays. */
  readonly drop: number;
}

/** The fields that fit into so many columns, joined; what still does not fit is cut. */
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

/** How far something has come. Numbers are first: where the line is cut, they stay. */
export const progressFields = (what: string, done: number, total: number): Field[] => [
  ...(total > 0 ? [{ text: `${count(done)} of ${count(total)}`, drop: 0 }] : []),
  { text: what, drop: 0 },
];
