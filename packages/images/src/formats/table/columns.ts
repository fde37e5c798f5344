import type { DataOptions } from "../../data-set/options.ts";
import { DataError } from "../../error.ts";
import { listFirst } from "../../text/lists.ts";
import { classFolderOf, type ImageIndex } from "./image-index.ts";
import { isImageColumn, labelRank } from "./label-words.ts";
import { findOneHot } from "./one-hot.ts";
import { findSplitColumn, type SplitColumn, splitColumn } from "./split-column.ts";
import type { Table } from "./table.ts";

/** The source of the labels of a table. */
export type LabelSource =
  | { readonly kind: "column"; readonly column: number }
  /** One column per class, of which one is 1 in each row. */
  | { readonly kind: "one-hot"; readonly columns: readonly number[] }
  /** The folders in the images' paths. */
  | { readonly kind: "folder" };

/** The columns of a table by their meaning. */
export interface Columns {
  readonly image: number;
  /** Null if the table has no labels, as those of test images. */
  readonly label: LabelSource | null;
  readonly split: SplitColumn | null;
}

/** Returns the index of the column that an option names. @throws DataError if there is none, or there are two */
export function columnNamed({ path, columns }: Table, option: keyof DataOptions, name: string): number {
  const same = columns.flatMap((column, i) => (column === name ? [i] : []));
  const alike = columns.flatMap((column, i) => (column.trim().toLowerCase() === name.trim().toLowerCase() ? [i] : []));
  const [column, second] = same.length > 0 ? same : alike;
  if (second !== undefined) {
    throw new DataError(`${path}: it has two columns named '${name}'. Expected different names. Rename one of them.`);
  }
  if (column !== undefined) return column;
  throw new DataError(
    `${path}: ${option} = '${name}': it has no such column. Expected one of ${listColumns(columns)}.`,
  );
}

/** Lists the columns of a table in a sentence. */
export const listColumns = (columns: readonly string[]): string =>
  listFirst(
    columns.map((name) => `'${name}'`),
    12,
  );

/** Returns the numbers of different images that each column of the sample names. */
export function imagesByColumn(table: Table, index: ImageIndex): readonly number[] {
  return table.columns.map((_, column) => {
    const found = new Set<number>();
    for (const { cells } of table.sample) {
      const image = cells[column] ? index.find(cells[column], { folder: table.folder, part: null }) : [];
      for (const one of typeof image === "number" ? [image] : image.slice(0, 1)) if (one >= 0) found.add(one);
    }
    return found.size;
  });
}

/** Returns the column of the images: the chosen one, or else the one that names most images; null if none does. */
export function imageColumn(table: Table, index: ImageIndex, { imageColumn: chosen }: DataOptions): number | null {
  if (chosen !== undefined) return columnNamed(table, "imageColumn", chosen);
  const counts = imagesByColumn(table, index);
  const most = Math.max(0, ...counts);
  if (most === 0) return null;
  const best = counts.flatMap((count, column) => (count === most ? [column] : []));
  return best.find((column) => isImageColumn(table.columns[column] as string)) ?? (best[0] as number);
}

/**
 * Returns the columns with labels and parts.
 * @throws DataError for chosen columns that are missing, and for several columns that may be the labels
 */
export function labelColumns(table: Table, index: ImageIndex, image: number, options: DataOptions): Columns {
  const { labelColumn, splitColumn: chosenSplit } = options;
  const chosen = typeof labelColumn === "string" ? [labelColumn] : labelColumn;
  const labels = chosen?.map((name) => columnNamed(table, "labelColumn", name)) ?? [];
  const split =
    chosenSplit === undefined
      ? findSplitColumn(table, [image, ...labels])
      : splitColumn(table, columnNamed(table, "splitColumn", chosenSplit));
  const [first] = labels;
  if (first !== undefined) {
    return {
      image,
      split,
      label: labels.length > 1 ? { kind: "one-hot", columns: labels } : { kind: "column", column: first },
    };
  }
  return { image, split, label: findLabels(table, index, [image, ...(split ? [split.column] : [])]) };
}

function findLabels(table: Table, index: ImageIndex, taken: readonly number[]): LabelSource | null {
  const free = table.columns.map((_, column) => column).filter((column) => !taken.includes(column));
  const named = imagesByColumn(table, index);
  // A second column of images, such as a path beside a name, has no labels.
  const others = free.filter((column) => {
    const values = new Set(table.sample.map(({ cells }) => cells[column] ?? ""));
    const isPath =
      (named[column] as number) > 1 && named[column] === values.size && values.size === table.sample.length;
    return !isPath || labelRank(table.columns[column] as string) === 0;
  });
  const best = Math.min(2, ...others.map((column) => labelRank(table.columns[column] as string)));
  const oneHot = best > 0 ? findOneHot(table, others) : null;
  if (oneHot) return { kind: "one-hot", columns: oneHot };
  const ranked = others.filter((column) => labelRank(table.columns[column] as string) === best);
  const candidates = best < 2 || others.length === 1 ? ranked : ranked.filter((column) => mayBeLabels(table, column));
  const [only, ...more] = distinct(table, candidates);
  if (only === undefined) return byFolder(table, index, taken[0] as number) ? { kind: "folder" } : null;
  if (more.length === 0) return { kind: "column", column: only };
  // The lists of data sets have no header, and the label follows the image.
  if (!table.hasHeader) return { kind: "column", column: only };
  const names = [only, ...more].map((column) => table.columns[column] as string);
  throw new DataError(
    `${table.path}: ${names.length} of its columns may be the labels: ${listColumns(names)}. Expected one.`,
    names.slice(0, 2).map((name) => ({
      options: { labels: table.file, labelColumn: name },
      purpose: `read the classes from '${name}'`,
    })),
  );
}

/** True if some values of a column repeat, and none is a fraction. */
function mayBeLabels({ sample }: Table, column: number): boolean {
  const values = sample.map(({ cells }) => cells[column] ?? "");
  return (
    new Set(values).size <= Math.max(2, values.length / 2) && !values.some((value) => /^-?\d*[.,]\d*[1-9]/.test(value))
  );
}

/** Returns one column of those that divide the rows in the same way: names precede numbers. */
function distinct({ sample }: Table, candidates: readonly number[]): readonly number[] {
  const groups = new Map<string, number[]>();
  for (const column of candidates) {
    const numbers = new Map<string, number>();
    const key = sample.map(({ cells }) => {
      const value = cells[column] ?? "";
      if (!numbers.has(value)) numbers.set(value, numbers.size);
      return numbers.get(value);
    });
    groups.set(key.join(" "), [...(groups.get(key.join(" ")) ?? []), column]);
  }
  return [...groups.values()].map(
    (same) =>
      same.find((column) => sample.some(({ cells }) => /\p{L}/u.test(cells[column] ?? ""))) ?? (same[0] as number),
  );
}

/** True if the images of a list lie in several folders that may be classes, and the list names these folders. */
function byFolder(table: Table, index: ImageIndex, image: number): boolean {
  const classes = new Set<string | null>();
  for (const { cells } of table.sample) {
    const cell = cells[image] ?? "";
    const found = index.find(cell, { folder: table.folder, part: null });
    if (typeof found !== "number" || found < 0) continue;
    const folder = classFolderOf(index.paths[found] as string);
    classes.add(folder !== null && cell.split(/[/\\]/).slice(0, -1).includes(folder) ? folder : null);
  }
  return classes.size > 1 && !classes.has(null);
}
