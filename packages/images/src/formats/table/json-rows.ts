import { DataError } from "../../error.ts";
import type { Row } from "./table.ts";

/** The values of a row of JSON by the names of its columns. */
type Fields = Readonly<Record<string, unknown>>;

/** The column of the keys of an object that has one entry per image. */
const KEY = "key";
/** The column of the values of such an object. */
const VALUE = "value";

/** Returns the names of the columns of some rows. */
export const columnsOf = (rows: readonly Fields[]): readonly string[] => [...new Set(rows.flatMap(Object.keys))];

/** Returns the cells of a row in the order of the columns. */
export const toRow = (fields: Fields, columns: readonly string[], line: number): Row => ({
  line,
  cells: columns.map((name) => textOf(fields[name])),
});

/** Parses a line of JSON Lines. @throws DataError for a line that is not an object */
export function parseLine(path: string, text: string, line: number): Fields {
  const value = parse(path, text, `line ${line}`);
  if (isFields(value)) return value;
  throw new DataError(
    `${path}: line ${line} is not an object. Expected lines such as {"file_name": "1.jpg", "label": "cat"}.`,
  );
}

/**
 * Parses a JSON file of labels: an array of objects, or an object with one entry per image.
 * @throws DataError for another content
 */
export function parseJson(path: string, text: string): readonly Fields[] {
  const value = parse(path, text, "it");
  if (Array.isArray(value) && value.every(isFields)) return value;
  if (isFields(value)) {
    const entries = Object.entries(value);
    if (entries.every(([, inner]) => isFields(inner))) {
      return entries.map(([key, inner]) => ({ [KEY]: key, ...(inner as Fields) }));
    }
    if (entries.every(([, inner]) => !isFields(inner) && !isList(inner))) {
      return entries.map(([key, inner]) => ({ [KEY]: key, [VALUE]: inner }));
    }
  }
  throw new DataError(
    `${path}: it is not a table of labels. Expected [{"file": "1.jpg", "label": "cat"}, ...] or {"1.jpg": "cat", ...}.`,
  );
}

function parse(path: string, text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(`${path}: ${what} is not valid JSON: ${(error as Error).message}. Repair the file.`);
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: unknown): boolean => Array.isArray(value) && value.length > 1;

/** Returns a value as a cell. A list of one label is that label. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value) && value.length === 1) return textOf(value[0]);
  return typeof value === "object" ? JSON.stringify(value) : String(value).trim();
}
