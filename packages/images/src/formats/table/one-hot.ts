import { DataError } from "../../error.ts";
import { listFirst } from "../../text/lists.ts";
import { cellOf, type Row, type Table } from "./table.ts";

const ONE: ReadonlySet<string> = new Set(["1", "1.0", "true"]);
const ZERO: ReadonlySet<string> = new Set(["0", "0.0", "false", "-1", ""]);

/** Returns the columns of zeros and ones; null unless there are at least two, with a one in most rows. */
export function findOneHot({ sample, columns, hasHeader }: Table, among: readonly number[]): readonly number[] | null {
  if (!hasHeader || sample.length === 0) return null;
  const binary = among.filter((column) =>
    sample.every(({ cells }) => {
      const cell = (cells[column] ?? "").toLowerCase();
      return ONE.has(cell) || ZERO.has(cell);
    }),
  );
  const used = binary.filter((column) => columns[column] !== "");
  if (used.length < 2) return null;
  const marked = sample.filter(({ cells }) => used.some((column) => ONE.has((cells[column] ?? "").toLowerCase())));
  return marked.length > sample.length / 2 ? used : null;
}

/**
 * Returns the class of a row of one-hot columns; "" if no column is 1.
 * @throws DataError for a row with several classes, or with other values
 */
export function oneHotLabel(table: Table, row: Row, columns: readonly number[]): string {
  const marked: string[] = [];
  for (const column of columns) {
    const cell = cellOf(table, row, column);
    const value = cell.toLowerCase();
    if (ONE.has(value)) marked.push(table.columns[column] as string);
    else if (!ZERO.has(value)) {
      throw new DataError(
        `${table.path}: line ${row.line}: the column '${table.columns[column]}' has '${cell}'. Expected 0 or 1, because the columns are classes.`,
      );
    }
  }
  if (marked.length < 2) return marked[0] ?? "";
  throw new DataError(
    `${table.path}: line ${row.line} has several labels: ${listFirst(marked)}. Expected one class per image: several labels per image are not supported. Choose one column with labelColumn, or remove such rows.`,
  );
}
