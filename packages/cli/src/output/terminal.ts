import { styleText } from "node:util";
import { columnsOf, visible, visibleLines, wrap } from "@downhill/train/text";

export type Format = Parameters<typeof styleText>[0];
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a stream of text can show. */
export interface Terminal {
  /** Whether someone looks on: lines may be redrawn. */
  readonly isTerminal: boolean;
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean;
  /** Its width now; 80 where it has none, as in a pipe. */
  columns(): number;
  /** The text in a colour or weight, where the stream shows them. */
  style(format: Format, text: string): string;
  /** The text in lines that end between words where it is shown on a terminal; elsewhere a line stays whole. */
  paragraphs(text: string): string;
  /** Writes lines. A control character in a name of a file or a class is shown as an escape: no terminal obeys it. */
  write(text: string): void;
  /** Takes the line away on which the cursor is. */
  clearLine(): void;
}

/** Stands for the escape character of a style until it is written: every other one is of a stranger's text. */
const STYLE = "\uFDD0";
const STYLED = new RegExp(`${STYLE}\\[\\d{1,2}m`, "g");
const STYLES = new RegExp(`${STYLE}(?=\\[\\d{1,2}m)`, "g");
const ESCAPE = "\u001B";
const CLEAR_LINE = `\r${ESCAPE}[2K`;

export function terminalOf(stream: NodeJS.WriteStream, env: Environment): Terminal {
  const isTerminal = stream.isTTY === true && env.TERM !== "dumb";
  const colour = hasColour(isTerminal, env);
  const columns = (): number => (isTerminal && stream.columns ? stream.columns : 80);
  return {
    isTerminal,
    unicode: hasUnicode(env),
    columns,
    style: (format, text) =>
      colour ? styleText(format, visible(text), { validateStream: false }).replaceAll(ESCAPE, STYLE) : visible(text),
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

/** Lines that fit keep their spaces, as those of a table do; others end between cells, or between words of a wide cell. */
export function fold(line: string, columns: number): string {
  const widthOf = (text: string): number => columnsOf(text.replaceAll(STYLED, ""));
  if (widthOf(line) <= columns) return line;
  // Cells stay whole where they fit, and keep their distance.
  const lines: string[] = [];
  for (const cell of line.split(/ {2,}/)) {
    const longer = `${lines.at(-1)}  ${cell}`;
    if (lines.length > 0 && widthOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(cell);
  }
  return lines.flatMap((cells) => (widthOf(cells) <= columns ? cells : wrap(cells, columns, widthOf))).join("\n");
}

/** Streams to files and devices throw at once, others emit their errors later: here both are emitted. */
function write(stream: NodeJS.WriteStream, text: string): void {
  try {
    stream.write(text);
  } catch (error) {
    stream.emit("error", error);
  }
}

/** Lines as a terminal may have them: escape sequences are those of styles alone. */
const safe = (text: string): string => text.split(STYLES).map(visibleLines).join(ESCAPE);

/** As https://no-color.org and https://force-color.org have it; the one that is for colours wins. */
export function hasColour(isTerminal: boolean, { FORCE_COLOR, NO_COLOR }: Environment): boolean {
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTerminal && !NO_COLOR;
}

/** By the locale, as terminals do not tell; Linux's console has no fonts for what is drawn here. */
export function hasUnicode({ LC_ALL, LC_CTYPE, LANG, TERM, WT_SESSION, TERM_PROGRAM }: Environment): boolean {
  if (TERM === "linux") return false;
  if (process.platform === "win32") return Boolean(WT_SESSION ?? TERM_PROGRAM);
  const locale = LC_ALL || LC_CTYPE || LANG;
  // Containers often state none, and show it all the same.
  return locale === undefined || locale === "" || /utf-?8/i.test(locale);
}
