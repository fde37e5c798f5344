import { dirname } from "node:path";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { readStream } from "../../files/read-stream.ts";
import { isImage } from "../../files/tree.ts";
import { decodePieces } from "./decode-pieces.ts";
import { type Dialect, dialectOf } from "./dialect.ts";
import { jsonStart, readRows } from "./read-rows.ts";
import type { Row, Table } from "./table.ts";

/** The number of characters of the start by which a table is recognized. */
const START = 2 ** 17;

/** The maximum number of characters of a start without the end of a line. */
const LONGEST_START = 2 ** 24;

/** A file of a table. */
export interface TableFile {
  /** The files among which it lies. */
  readonly files: Omit<Files, "root">;
  readonly path: string;
  /** The file as the user names it. */
  readonly name: string;
  /** True if it lies within the data. */
  readonly isInside: boolean;
}

/**
 * Opens a table in a text file: CSV with any usual separator, TSV, words with spaces between them, JSON or JSON Lines, each
 * also as gzip.
 * @param isData true for the cells of a first row that is no header
 * @throws DataError for a file that cannot be read, that is not text, or that is empty
 */
export async function openTable(
  { files, path: file, name, isInside }: TableFile,
  isData: (cells: readonly string[]) => boolean,
): Promise<Table> {
  const path = pathIn(files, file);
  const pieces = (): AsyncIterable<string> => decodePieces(path, readStream(files, file));
  const { text, isWhole } = await startOf(pieces(), /\.json(\.gz)?$/i.test(file));
  const dialect = dialectOf(file, text);
  const names = "separator" in dialect || dialect.kind === "words" ? null : jsonStart(path, text, dialect.kind);
  const sample = await all(readRows(path, oneBy(text), dialect, names ?? []), isWhole);
  const [first] = sample;
  if (!first) throw new DataError(`${path}: it is empty. Expected a table of labels.`);
  const hasHeader = names !== null || !isFirstData(first, dialect, isData);
  const skip = names === null && hasHeader ? 1 : 0;
  const folder = dirname(file);
  return {
    file: name,
    path,
    folder: isInside && folder !== "." ? folder : "",
    columns: names ?? (hasHeader ? first.cells : first.cells.map((_, i) => String(i + 1))),
    hasHeader,
    sample: sample.slice(skip),
    async *rows() {
      let left = skip;
      for await (const batch of readRows(path, pieces(), dialect, names ?? [])) {
        yield left > 0 ? batch.slice(left) : batch;
        left = 0;
      }
    },
  };
}

/** True if the first row is no header: it names an image, or has numbers alone. */
const isFirstData = ({ cells }: Row, dialect: Dialect, isData: (cells: readonly string[]) => boolean): boolean =>
  isData(cells) ||
  cells.some((cell) => isImage(cell)) ||
  (dialect.kind === "words" && cells.length === 1) ||
  (cells.length > 1 && cells.every((cell) => cell !== "" && !Number.isNaN(Number(cell))));

/** Reads the start of a text up to the end of a line; of a JSON document, all of it. */
async function startOf(
  pieces: AsyncIterable<string>,
  isDocument: boolean,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    const end = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r"));
    if (!isDocument && text.length > START && (end >= 0 || text.length > LONGEST_START)) {
      return { text: text.slice(0, end < 0 ? text.length : end + 1), isWhole: false };
    }
  }
  return { text, isWhole: true };
}

/** Collects rows. A start may end within a quoted field, whose row is then left out. */
async function all(batches: AsyncIterable<readonly Row[]>, isWhole: boolean): Promise<readonly Row[]> {
  const rows: Row[] = [];
  try {
    for await (const batch of batches) rows.push(...batch);
  } catch (error) {
    if (isWhole || rows.length === 0) throw error;
  }
  return rows;
}

async function* oneBy(text: string): AsyncGenerator<string> {
  // Pieces, so that the rows before a cut field are parsed.
  for (let at = 0; at < text.length; at += 2 ** 12) yield text.slice(at, at + 2 ** 12);
}
