import { columnsOf, shorten as shortenColumns, visible, wrap as wrapText } from "../text/index.ts";

/** Mean width of a character relative to the font size, for DejaVu, the widest font in use. */
const CHARACTER = 0.58;

/** Estimates the width of a text in pixels; a Chinese character is as wide as two Latin ones. */
export const widthOf = (text: string, fontSize: number): number => CHARACTER * fontSize * columnsOf(text);

/** Wraps a text into lines of about `width` pixels. */
export const wrap = (text: string, width: number, fontSize: number): string[] =>
  wrapText(text, width, (part) => widthOf(part, fontSize));

/** Shortens a text to about `width` pixels, with an ellipsis. */
export const shorten = (text: string, width: number, fontSize: number): string =>
  shortenColumns(text, Math.max(1, Math.floor(width / (CHARACTER * fontSize) + 1e-6)));

/** Returns the name of a class for use in a sentence; a number gets the prefix "class", as it could be read as a count. */
export const spoken = (name = ""): string => (/^\d+$/.test(name) ? `class ${name}` : visible(name));
