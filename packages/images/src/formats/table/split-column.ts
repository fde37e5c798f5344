import type { PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import { listFirst } from "../../text/lists.ts";
import { partOf } from "../folder/layout/candidate.ts";
import { wordsOf } from "../folder/layout/name-words.ts";
import { isSplitColumn, labelRank } from "./label-words.ts";
import { cellOf, type Row, type Table } from "./table.ts";

/** A column that divides the images into parts. */
export interface SplitColumn {
  readonly column: number;
  /** Returns the part of a row by the column's value. @throws DataError for a value without a part */
  partOf(row: Row): PartName;
}

/** Values that mean yes or no. */
const YES: ReadonlySet<string> = new Set(["1", "1.0", "true", "yes", "y", "t"]);
const NO: ReadonlySet<string> = new Set(["0", "0.0", "false", "no", "n", "f"]);

/** The maximum number of values in an error. */
const SHOWN = 3;

/**
 * Returns the column that divides the images of a table into parts; null if there is none. Its values name the parts
 * (`train`, `valid`, `PublicTest`), or its name does and its values are yes and no (`is_valid`).
 */
export function findSplitColumn(table: Table, taken: readonly number[]): SplitColumn | null {
  const isTaken = new Set(taken);
  const free = table.columns.map((_, column) => column).filter((column) => !isTaken.has(column));
  const found = free.filter((column) => {
    const name = table.columns[column] as string;
    const values = [...new Set(table.sample.map(({ cells }) => cells[column] ?? ""))];
    if (labelRank(name) === 0 || values.length === 0 || values.some((value) => value === "")) return false;
    const parts = new Set(values.map(partOf));
    if (!parts.has(null) && (parts.size > 1 || isSplitColumn(name))) return true;
    return isFlag(name) && values.every((value) => flagOf(value) !== null);
  });
  const named = found.filter((column) => isSplitColumn(table.columns[column] as string));
  const [column] = named.length > 0 ? named : found;
  return column === undefined ? null : splitColumn(table, column);
}

/** Describes a column that divides the images into parts. */
export function splitColumn(table: Table, column: number): SplitColumn {
  const name = table.columns[column] as string;
  const known = new Map<string, PartName>();
  return {
    column,
    partOf(row) {
      const value = cellOf(table, row, column);
      const part = known.get(value) ?? partOf(value) ?? partByFlag(name, value);
      if (part === null) {
        const values = new Set(table.sample.map(({ cells }) => cells[column] ?? ""));
        const shown = listFirst([...values].slice(0, SHOWN).map((other) => `'${other}'`));
        throw new DataError(
          `${table.path}: line ${row.line}: the column '${name}' has '${value}', which names no part. Expected words such as train, validation or test; the first rows have ${shown}. Rename these values, or choose another column.`,
        );
      }
      known.set(value, part);
      return part;
    },
  };
}

/** True for the name of a column of one part, such as `is_valid`. */
const isFlag = (name: string): boolean => partOf(name) !== null && wordsOf(name)[0] === "is";

/** Returns the part by a yes or no: `is_valid` divides into training and validation, `is_train` into training and test. */
function partByFlag(name: string, value: string): PartName | null {
  const flag = flagOf(value);
  const named = partOf(name);
  if (flag === null || named === null) return null;
  if (named === "train") return flag ? "train" : "test";
  return flag ? named : "train";
}

function flagOf(value: string): boolean | null {
  const text = value.toLowerCase();
  if (YES.has(text)) return true;
  return NO.has(text) ? false : null;
}
