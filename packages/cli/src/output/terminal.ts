import { styleText } from "node:util";
import { columnsOf, visible, visibleLines, wrap } from "@downhill/train/text";

export type Format = Parameters<typeof styleText>[0];
export type Environment = Readonly<Record<string, string | undefined>>;

/** Stream of text, with its capabilities. */
export interface Terminal {
  /** True if the stream is a terminal that can redraw lines. */
  readonly isTerminal: boolean;
  /** True if the stream can show more than ASCII. */
  readonly unicode: boolean;
  /** Returns the current width; 80 for streams without one, such as pipes. */
  columns(): number;
  /** Returns the text in a color or weight, if the stream shows them. */
  style(format: Format, text: string): string;
  /** Wraps the lines of a text to the width of a terminal; other streams get whole lines. */
  paragraphs(text: string): string;
  /** Writes lines. Control characters, as in names of files, are written as escapes, so that no terminal obeys them. */
  write(text: string): void;
  /** Removes the line of the cursor. */
  clearLine(): void;
}

/** Placeholder of the escape character of a style until it is written: other escape characters come from foreign text. */
const STYLE = "\uFDD0";
const STYLED = new RegExp(`${STYLE}\\[\\d{1,2}m`, "g");
const STYLES = new RegExp(`${STYLE}(?=\\[\\d{1,2}m)`, "g");
const ESCAPE = "\u001B";
const CLEAR_LINE = `\r${ESCAPE}[2K`;

export function terminalOf(stream: NodeJS.WriteStream, env: Environment): Terminal {
  const isTerminal = stream.isTTY === true && env.TERM !== "dumb";
  const color = hasColor(isTerminal, env);
  const columns = (): number => (isTerminal && stream.columns ? stream.columns : 80);
  return {
    isTerminal,
    unicode: hasUnicode(env),
    columns,
    style: (format, text) =>
      color ? styleText(format, visible(text), { validateStream: false }).replaceAll(ESCAPE, STYLE) : visible(text),
    paragraphs: (text) =>
      isTerminal
        ? text
            .split("\n")
            .map((line) => fold(line, columns()))
            .join("\n")
        : text,
    write: (text) => write(stream, safe(text)),
    clearLine: () => write(stream, CLEAR_LINE),
  };
}

/** Breaks a line that is too wide between its cells, or between the words of a wide cell. A line that fits keeps its spaces. */
export function fold(line: string, columns: number): string {
  const widthOf = (text: string): number => columnsOf(text.replaceAll(STYLED, ""));
  if (widthOf(line) <= columns) return line;
  // Cells that fit stay whole and keep their distance.
  const lines: string[] = [];
  for (const cell of line.split(/ {2,}/)) {
    const longer = `${lines.at(-1)}  ${cell}`;
    if (lines.length > 0 && widthOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(cell);
  }
  return lines.flatMap((cells) => (widthOf(cells) <= columns ? cells : wrap(cells, columns, widthOf))).join("\n");
}

/** Writes a text and emits every error: streams to files and devices throw at once, others emit errors later. */
function write(stream: NodeJS.WriteStream, text: string): void {
  try {
    stream.write(text);
  } catch (error) {
    stream.emit("error", error);
  }
}

/** Returns a text in which the only escape sequences are those of styles. */
const safe = (text: string): string => text.split(STYLES).map(visibleLines).join(ESCAPE);

/** True if colors are to be shown, by https://no-color.org and https://force-color.org; FORCE_COLOR takes precedence. */
export function hasColor(isTerminal: boolean, { FORCE_COLOR, NO_COLOR }: Environment): boolean {
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTerminal && !NO_COLOR;
}

/** True if the locale has Unicode, which terminals do not report. The console of Linux has no glyphs for the plots. */
export function hasUnicode({ LC_ALL, LC_CTYPE, LANG, TERM, WT_SESSION, TERM_PROGRAM }: Environment): boolean {
  if (TERM === "linux") return false;
  if (process.platform === "win32") return Boolean(WT_SESSION ?? TERM_PROGRAM);
  const locale = LC_ALL || LC_CTYPE || LANG;
  // Containers often have no locale, and show Unicode all the same.
  return locale === undefined || locale === "" || /utf-?8/i.test(locale);
}
