import stringWidth from "string-width";

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Returns the width of a text in terminal columns: two for a Chinese character or an emoji, none for a combining mark. */
export const columnsOf = (text: string): number => stringWidth(text);

/** Cuts a text to at most `columns` columns, never within a character of several code points. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let [kept, used] = ["", 0];
  for (const { segment } of SEGMENTER.segment(text)) {
    used += columnsOf(segment);
    if (used > columns) break;
    kept += segment;
  }
  return kept;
}

/** Shortens a text to at most `columns` columns, with an ellipsis. */
export const shorten = (text: string, columns: number): string =>
  columnsOf(text) <= columns ? text : `${cut(text, Math.max(1, columns - 1)).trimEnd()}…`;

/** Pads a text on the right to `columns` columns. */
export const padEnd = (text: string, columns: number): string => text + spaces(columns - columnsOf(text));

/** Pads a text on the left to `columns` columns. */
export const padStart = (text: string, columns: number): string => spaces(columns - columnsOf(text)) + text;

const spaces = (count: number): string => " ".repeat(Math.max(0, count));
