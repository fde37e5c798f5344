import stringWidth from "string-width";

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The columns that a text takes in a terminal: two for a Chinese character or an emoji, none for a combining mark. */
export const columnsOf = (text: string): number => stringWidth(text);

/** The longest beginning of a text that fits into that many columns; characters of several code points stay whole. */
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

/** At most that many columns of a text; an ellipsis stands for the rest. */
export const shorten = (text: string, columns: number): string =>
  columnsOf(text) <= columns ? text : `${cut(text, Math.max(1, columns - 1)).trimEnd()}…`;

/** A text with spaces after it, up to that many columns. */
export const padEnd = (text: string, columns: number): string => text + spaces(columns - columnsOf(text));

/** A text with spaces before it, up to that many columns. */
export const padStart = (text: string, columns: number): string => spaces(columns - columnsOf(text)) + text;

const spaces = (count: number): string => " ".repeat(Math.max(0, count));
