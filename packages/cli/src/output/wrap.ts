import { columnsOf, wrap as wrapText } from "@downhill/train/text";

/** Wraps a paragraph to lines of at most `columns` columns, each with the indent before it. */
export const wrap = (text: string, columns: number, indent = ""): string =>
  wrapText(text, columns - indent.length, columnsOf)
    .map((line) => `${indent}${line}`.trimEnd())
    .join("\n");
