import { columnsOf, shorten as shortenColumns, visible, wrap as wrapText } from "../text/index.ts";

/** An average character's width as a share of the font's size; DejaVu, the widest of those in use. */
const CHARACTER = 0.58;

/** About how many pixels a text takes; a Chinese character takes those of two Latin ones. */
export const widthOf = (text: string, fontSize: number): number => CHARACTER * fontSize * columnsOf(text);

/** The text in lines that are about no wider than that many pixels. */
export const wrap = (text: string, width: number, fontSize: number): string[] =>
  wrapText(text, width, (part) => widthOf(part, fontSize));

/** At most that many pixels of a text; an ellipsis stands for the rest. */
export const shorten = (text: string, width: number, fontSize: number): string =>
  shortenColumns(text, Math.max(1, Math.floor(width / (CHARACTER * fontSize) + 1e-6)));

/** A class's name within a sentence: numbers would be taken for counts. */
export const spoken = (name = ""): string => (/^\d+$/.test(name) ? `class ${name}` : visible(name));
