import { type CsvError, Parser } from "csv-parse";
import { DataError } from "../../error.ts";
import { CSV, type Dialect, isWords, wordsIn } from "./dialect.ts";
import { columnsOf, parseJson, parseLine, toRow } from "./json-rows.ts";
import type { Row } from "./table.ts";

/** The maximum number of characters of a JSON document, which is parsed as a whole. */
const LONGEST_JSON = 2 ** 28;

/** The maximum number of characters of a line. */
const LONGEST_LINE = 2 ** 26;

/** Reads the rows of a text in batches. @param columns the names of the columns of JSON; else unused */
export function readRows(
  path: string,
  pieces: AsyncIterable<string>,
  dialect: Dialect,
  columns: readonly string[],
): AsyncIterable<readonly Row[]> {
  if (dialect.kind === "separated") return separated(path, pieces, dialect.separator);
  if (dialect.kind === "json") return document(path, pieces, columns);
  const { kind } = dialect;
  return lines(path, pieces, (text, line) => {
    if (kind === "json-lines") return text.trim() === "" ? null : toRow(parseLine(path, text, line), columns, line);
    return isWords(text) ? { line, cells: wordsIn(text, dialect.fields) } : null;
  });
}

/** Reads the first rows and the names of the columns of JSON. @param start complete lines; of a document, all of it */
export function jsonStart(path: string, start: string, kind: "json" | "json-lines"): readonly string[] {
  if (kind === "json") return columnsOf(parseJson(path, start));
  const texts = start.split("\n").map((text, i) => ({ text, line: i + 1 }));
  return columnsOf(texts.flatMap(({ text, line }) => (text.trim() === "" ? [] : [parseLine(path, text, line)])));
}

/** A parser that collects its records and does not emit them: a stream of millions of objects is slow. */
class RowParser extends Parser {
  #rows: Row[] = [];

  override push(cells: readonly string[] | null): boolean {
    if (cells === null) return super.push(null);
    this.#rows.push({ line: this.info.lines, cells });
    return true;
  }

  /** Returns the rows since the last call. */
  takeRows(): readonly Row[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}

async function* separated(
  path: string,
  pieces: AsyncIterable<string>,
  separator: string,
): AsyncGenerator<readonly Row[]> {
  const parser = new RowParser({ ...CSV, delimiter: separator });
  // The error of a write is reported by its callback, and emitted after it.
  parser.on("error", () => {});
  parser.resume();
  try {
    for await (const piece of pieces) {
      await write(path, parser, piece);
      const rows = parser.takeRows();
      if (rows.length > 0) yield rows;
    }
    await write(path, parser, null);
    const rows = parser.takeRows();
    if (rows.length > 0) yield rows;
  } finally {
    parser.destroy();
  }
}

/** Writes text to a parser; null ends it. */
const write = (path: string, parser: Parser, text: string | null): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(explain(path, error as CsvError));
    const done = (error?: Error | null): void => {
      parser.off("error", fail);
      if (error) fail(error);
      else resolve();
    };
    parser.once("error", fail);
    if (text === null) parser.end(done);
    else parser.write(text, done);
  });

function explain(path: string, error: CsvError): Error {
  const { lines } = error as unknown as { readonly lines?: number };
  const isQuote = error.code === "CSV_QUOTE_NOT_CLOSED" || error.code === "CSV_MAX_RECORD_SIZE";
  const problem = isQuote ? "a quote is opened and not closed" : error.message;
  if (!error.code?.startsWith("CSV_")) return error;
  return new DataError(`${path}: it cannot be parsed near line ${lines ?? "?"}: ${problem}. Repair the file.`);
}

async function* document(path: string, pieces: AsyncIterable<string>, columns: readonly string[]) {
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    if (text.length > LONGEST_JSON) {
      throw new DataError(`${path}: it is larger than ${LONGEST_JSON / 2 ** 20} MB. Save it as CSV or JSON Lines.`);
    }
  }
  yield parseJson(path, text).map((fields, i) => toRow(fields, columns, i + 1));
}

async function* lines(
  path: string,
  pieces: AsyncIterable<string>,
  rowOf: (text: string, line: number) => Row | null,
): AsyncGenerator<readonly Row[]> {
  let rest = "";
  let line = 0;
  const rowsIn = (texts: readonly string[]): readonly Row[] => texts.flatMap((text) => rowOf(text, ++line) ?? []);
  for await (const piece of pieces) {
    // A long line is put together once, and not searched again with each piece.
    if (!/[\r\n]/.test(piece) && !rest.endsWith("\r") && rest.length <= LONGEST_LINE) {
      rest += piece;
      continue;
    }
    const texts = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = texts.pop() as string;
    if (rest.length > LONGEST_LINE) {
      throw new DataError(`${path}: line ${line + 1} is longer than ${LONGEST_LINE / 2 ** 20} MB. Expected a table.`);
    }
    const rows = rowsIn(texts);
    if (rows.length > 0) yield rows;
  }
  const rows = rowsIn([rest]);
  if (rows.length > 0) yield rows;
}
