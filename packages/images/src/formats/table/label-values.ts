import { DataError } from "../../error.ts";
import { listFirst, plural } from "../../text/lists.ts";

/** Cells that stand for a missing label. */
const MISSING: ReadonlySet<string> = new Set(["", "nan", "<na>", "null"]);

/** The number of values of which it is certain that they are no classes if nearly every image has its own. */
const MOST_VALUES = 100;

/** The number of examples in an error. */
const SHOWN = 3;

/** True for a cell without a label. */
export const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

/** Returns a label in the form in which labels are compared: `3.0` and `03` stay apart from names. */
export const plainLabel = (cell: string): string => {
  const text = cell.normalize("NFC").trim();
  return /^-?\d+\.0+$/.test(text) ? text.slice(0, text.indexOf(".")) : text;
};

/** True if labels are whole numbers. */
export const areIntegers = (labels: readonly string[]): boolean => labels.every((label) => /^-?\d+$/.test(label));

/**
 * Refuses values that are no classes: measurements, and several labels in one cell.
 * @param labels the different values
 * @param rows the number of rows with a label
 * @param place the table and its column, for errors
 */
export function checkClasses(labels: readonly string[], rows: number, place: string): void {
  const isNumber = (label: string): boolean => /^[-+]?\d*[.,]?\d+(e[-+]?\d+)?$/i.test(label);
  const fraction = labels.find((label) => !areIntegers([label]));
  if (fraction !== undefined && labels.every(isNumber)) {
    throw new DataError(
      `${place} has numbers such as ${fraction}. Expected classes: the regression of numbers is not supported. Choose another column with labelColumn, or replace the numbers by the names of classes.`,
    );
  }
  const combined = labels.filter((label) => isCombination(label, new Set(labels)));
  if (combined.length > 0) {
    throw new DataError(
      `${place} has ${plural(combined.length, "combination")} of labels, such as '${combined[0]}'. Expected one class per image: several labels per image are not supported. Choose another column with labelColumn, or remove these rows.`,
    );
  }
  if (labels.length > MOST_VALUES && labels.length > rows / 2) {
    const shown = listFirst(labels.slice(0, SHOWN));
    throw new DataError(
      `${place} has ${labels.length} different values in ${rows} rows, such as ${shown}. Expected classes, of which each has several images. Choose another column with labelColumn.`,
    );
  }
}

/** True if a label consists of other labels: all of its words, or some of a list's items, are labels themselves. */
function isCombination(label: string, labels: ReadonlySet<string>): boolean {
  if (/^\[.*,.*\]$/.test(label)) return true;
  const words = label.split(/\s+/);
  if (words.length > 1 && words.every((word) => labels.has(word))) return true;
  const items = label.split(/[|;,]/).map((item) => item.trim());
  return items.length > 1 && items.every((item) => item !== "") && items.some((item) => labels.has(item));
}
