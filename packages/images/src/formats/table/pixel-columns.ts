import type { ImageShape } from "@downhill/optim/image";
import type { DataOptions } from "../../data-set/options.ts";
import type { PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import { columnNamed, listColumns } from "./columns.ts";
import { partOfTable } from "./label-table.ts";
import { labelRank } from "./label-words.ts";
import { findSplitColumn, type SplitColumn, splitColumn } from "./split-column.ts";
import type { Table } from "./table.ts";

/** The columns of a table whose rows are images. */
export interface PixelTable {
  readonly table: Table;
  /** The column with the pixels of an image as a text of numbers, or one column per pixel. */
  readonly pixels: number | readonly number[];
  readonly imageShape: ImageShape;
  /** Null if the table has no labels. */
  readonly label: number | null;
  readonly split: SplitColumn | null;
  readonly part: PartName | null;
  readonly group: string;
}

/** The maximum number of columns besides those of pixels. */
export const MOST_COLUMNS = 1000;

/** The minimum number of columns of pixels. */
const FEWEST = 16;

/** Names of columns with a pixel each: `pixel12`, `12`, `3x4`. */
const PIXEL = /^(pixels?|pix|px|p|x)?[-_ ]?\d+$|^\d+x\d+$/i;

/**
 * Describes a table whose rows are images; null for another table.
 * @throws DataError for a number of pixels that is not square, and for missing columns
 */
export function describePixels(table: Table, options: DataOptions): PixelTable | null {
  const pixels = pixelColumn(table) ?? pixelColumns(table);
  if (pixels === null) return null;
  const taken = typeof pixels === "number" ? [pixels] : pixels;
  if (table.columns.length - taken.length > MOST_COLUMNS) return null;
  const count = typeof pixels === "number" ? numbersIn(table.sample[0]?.cells[pixels] ?? "").length : pixels.length;
  const { labelColumn, splitColumn: chosenSplit } = options;
  const split =
    chosenSplit === undefined
      ? findSplitColumn(table, taken)
      : splitColumn(table, columnNamed(table, "splitColumn", chosenSplit));
  const [name] = typeof labelColumn === "string" ? [labelColumn] : (labelColumn ?? []);
  const label =
    name === undefined
      ? findLabel(table, [...taken, ...(split ? [split.column] : [])])
      : columnNamed(table, "labelColumn", name);
  return { table, pixels, imageShape: shapeOf(table, count), label, split, ...partOfTable(table.file) };
}

/** Returns the column whose cells are numbers with spaces between them; null if there is none. */
function pixelColumn({ columns, sample }: Table): number | null {
  const [first] = sample;
  const found = columns.findIndex((_, column) => {
    const numbers = numbersIn(first?.cells[column] ?? "");
    return numbers.length >= FEWEST && numbers.every((text) => Number.isFinite(Number(text)));
  });
  return found < 0 ? null : found;
}

/** Splits a cell of pixels, as in `70 80 82` and `[70, 80, 82]`. */
export const numbersIn = (cell: string): readonly string[] => cell.match(/[^\s,;[\]]+/g) ?? [];

function pixelColumns(table: Table): readonly number[] | null {
  const { columns, sample, hasHeader } = table;
  const isNumber = (column: number): boolean =>
    sample.every(({ cells }) => cells[column] !== "" && Number.isFinite(Number(cells[column])));
  const all = columns.map((_, column) => column);
  const named = hasHeader ? all.filter((column) => PIXEL.test(columns[column] as string)) : all;
  if (named.length < FEWEST || !named.every(isNumber)) return null;
  // One column per class has a single 1 in each row.
  const isOneHot = sample.every(
    ({ cells }) => named.reduce((sum, column) => sum + Math.abs(Number(cells[column])), 0) === 1,
  );
  if (isOneHot) return null;
  // Without names, the label comes first, as in the files of MNIST.
  if (!hasHeader) return isSquare(named.length) ? named : named.slice(1);
  return named;
}

const isSquare = (count: number): boolean =>
  Number.isInteger(Math.sqrt(count)) || Number.isInteger(Math.sqrt(count / 3));

/** Returns the shape of square images with so many numbers: gray ones, or colors with the channels last. */
function shapeOf({ path }: Table, count: number): ImageShape {
  const side = Math.sqrt(count);
  if (Number.isInteger(side)) return [1, side, side];
  if (Number.isInteger(Math.sqrt(count / 3))) return [3, Math.sqrt(count / 3), Math.sqrt(count / 3)];
  throw new DataError(
    `${path}: its images have ${count} pixels. Expected square images: a square number for gray ones, such as 784 for 28x28, or three times such a number for color.`,
  );
}

function findLabel(table: Table, taken: readonly number[]): number | null {
  const isTaken = new Set(taken);
  const free = table.columns.map((_, column) => column).filter((column) => !isTaken.has(column));
  const best = Math.min(2, ...free.map((column) => labelRank(table.columns[column] as string)));
  const [only, ...more] = free.filter((column) => labelRank(table.columns[column] as string) === best);
  if (only === undefined) return null;
  if (more.length === 0 && (best < 2 || !/^(id|index|image_?id)$/i.test(table.columns[only] as string))) return only;
  if (best === 2) return null;
  throw new DataError(
    `${table.path}: several of its columns may be the labels: ${listColumns([only, ...more].map((column) => table.columns[column] as string))}. Expected one. Set labelColumn to choose one.`,
  );
}
