import { styleText } from "node:util";

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
  write(text: string): void;
}

export function terminalOf(stream: NodeJS.WriteStream, env: Environment): Terminal {
  const isTerminal = stream.isTTY === true && env.TERM !== "dumb";
  const colour = hasColour(isTerminal, env);
  return {
    isTerminal,
    unicode: hasUnicode(env),
    columns: () => (isTerminal && stream.columns ? stream.columns : 80),
    style: (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text),
    write: (text) => {
      stream.write(text);
    },
  };
}

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
