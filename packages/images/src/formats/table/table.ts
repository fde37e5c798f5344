import { DataError } from "../../error.ts";
import { plural } from "../../text/lists.ts";

/** A row of a table. */
export interface Row {
  /** The number of its line in the file, from 1; of a JSON file, the number of the row. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table in a text file: its columns, its first rows, and all rows as a stream. */
export interface Table {
  /** The file as the user names it: its path within the data, or the path of another file. */
  readonly file: string;
  /** The file's path, for errors. */
  readonly path: string;
  /** The folder of the file within the data; "" for the data's own folder, and for a file elsewhere. */
  readonly folder: string;
  /** The names of the columns; their numbers from 1 if the file has none. */
  readonly columns: readonly string[];
  /** True if the first row has the names of the columns. */
  readonly hasHeader: boolean;
  /** The first rows. */
  readonly sample: readonly Row[];
  /** Reads all rows in order, in batches. @throws DataError for a file that cannot be read or parsed */
  rows(): AsyncIterable<readonly Row[]>;
}

/** Returns the cell of a column. @throws DataError for a row that is too short */
export function cellOf({ path, columns }: Table, { cells, line }: Row, column: number): string {
  const cell = cells[column];
  if (cell !== undefined) return cell;
  throw new DataError(
    `${path}: line ${line} has ${plural(cells.length, "field")}. Expected ${columns.length}, as in the first line.`,
  );
}

/** Refuses a row with more cells than columns, such as that of a name with a separator and without quotes. */
export function checkLength({ path, columns }: Table, { cells, line }: Row): void {
  if (cells.length <= columns.length || cells.slice(columns.length).every((cell) => cell === "")) return;
  throw new DataError(
    `${path}: line ${line} has ${cells.length} fields. Expected ${columns.length}, as in the first line. Quote fields that contain the separator.`,
  );
}
