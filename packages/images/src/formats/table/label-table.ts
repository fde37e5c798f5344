import { basename, dirname } from "node:path";
import type { DataOptions } from "../../data-set/options.ts";
import type { PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import { partOf } from "../folder/layout/candidate.ts";
import { partNamed } from "../folder/layout/name-words.ts";
import { type Columns, imageColumn, imagesByColumn, labelColumns, listColumns } from "./columns.ts";
import { classFolderOf, type ImageIndex, partOfPath } from "./image-index.ts";
import { isImageColumn, labelRank } from "./label-words.ts";
import { oneHotLabel } from "./one-hot.ts";
import { cellOf, type Row, type Table } from "./table.ts";

/** A table that names images. */
export interface LabelTable {
  readonly table: Table;
  readonly columns: Columns;
  /** The part that its name or its folder stands for. */
  readonly part: PartName | null;
  /** Tables with the same text here are the parts of one data set. */
  readonly group: string;
}

/** Returns the part that a table's name stands for, or else its folder; and its name without that part. */
export function partOfTable(file: string): Pick<LabelTable, "part" | "group"> {
  const stem = basename(file).replace(/(\.\w+){1,2}$/, "");
  const part = partOf(stem);
  if (part !== null) {
    const numbers = stem.match(/\d+/g) ?? [];
    const folders = dirname(file).split("/").map(withoutPart);
    return { part, group: [...folders, withoutPart(stem), ...numbers].join(" ") };
  }
  const folders = dirname(file).split("/");
  const inFolder = folders.map(partOf).find((found) => found !== null) ?? null;
  return { part: inFolder, group: inFolder ? stem : file };
}

const withoutPart = (name: string): string => partNamed(name)?.rest ?? name;

/** Returns the minimum number of images that a table of labels names. A text with examples names fewer. */
const leastImages = (images: number): number => Math.min(50, Math.max(2, Math.ceil(images / 4)));

/**
 * Describes a table that is found among the files; null if it names no images.
 * @throws DataError if it names images, and several columns may be their labels
 */
export function describeFound(table: Table, index: ImageIndex, options: DataOptions): LabelTable | null {
  const image = imageColumn(table, index, {});
  if (image === null) return null;
  const named = imagesByColumn(table, index)[image] as number;
  const isNamed = isImageColumn(table.columns[image] as string) && table.columns.some((name) => labelRank(name) < 2);
  if (named < leastImages(Math.min(index.paths.length, table.sample.length)) && !isNamed) return null;
  return { table, columns: labelColumns(table, index, image, options), ...partOfTable(table.file) };
}

/** Describes a table that the user chose. @throws DataError if it names no images, or has no labels */
export function describeChosen(table: Table, index: ImageIndex, options: DataOptions): LabelTable {
  if (index.paths.length === 0) {
    throw new DataError(
      `${table.path}: there are no images beside it or in folders below. Expected the images that it names.`,
    );
  }
  const named = imageColumn(table, index, options);
  const byName = table.columns.findIndex(isImageColumn);
  const image = named ?? (table.hasHeader ? byName : -1);
  if (image < 0) {
    const [row] = table.sample;
    const shown = row ? `Its first row is ${row.cells.slice(0, 6).join(", ")}; ` : "It has no rows; ";
    throw new DataError(
      `${table.path}: none of its columns ${listColumns(table.columns)} names an image of the data. ${shown}the images are such as ${index.paths[0] ?? "none"}. Expected paths or names of images. Set imageColumn to choose the column.`,
    );
  }
  return { table, columns: labelColumns(table, index, image, options), ...partOfTable(table.file) };
}

/** Returns the label of a row; null for a row that names its class by its folder. */
export function labelIn({ table, columns: { label } }: LabelTable, row: Row): string | null {
  if (label?.kind === "column") return cellOf(table, row, label.column);
  return label?.kind === "one-hot" ? oneHotLabel(table, row, label.columns) : null;
}

/** The source of a table's labels in words. */
export function labelsInWords({ table, columns: { label } }: LabelTable): string {
  if (label?.kind === "one-hot") return `one column per class in ${table.file}`;
  if (label?.kind === "folder") return `the folders in the paths of ${table.file}`;
  const name = label ? (table.columns[label.column] as string) : "";
  return table.hasHeader ? `the column '${name}' of ${table.file}` : `column ${name} of ${table.file}`;
}

/**
 * True if tables have the labels that the folders have, and more parts: they divide the images as the folders do not.
 */
export function dividesFolders(tables: readonly LabelTable[], index: ImageIndex): boolean {
  const byLabel = new Map<string, string>();
  const byFolder = new Map<string, string>();
  const parts = new Set<PartName | null>();
  const folderParts = new Set<PartName>();
  for (const one of tables) {
    const { table, columns, part } = one;
    for (const row of table.sample) {
      const cell = row.cells[columns.image] ?? "";
      const image = index.find(cell, { folder: table.folder, part });
      if (typeof image !== "number" || image < 0) continue;
      const path = index.paths[image] as string;
      const inRow = rowPart(one, row) ?? partOfPath(path);
      parts.add(inRow);
      const folder = classFolderOf(path);
      if (folder === null) continue;
      folderParts.add(partOfPath(path) ?? "train");
      const label = columns.label?.kind === "folder" ? folder : safeLabel(one, row);
      if (label === null) continue;
      if ((byLabel.get(label) ?? folder) !== folder || (byFolder.get(folder) ?? label) !== label) return false;
      byLabel.set(label, folder);
      byFolder.set(folder, label);
    }
  }
  if (completesTraining(tables)) {
    const trained = index.paths.some((path) => partOfPath(path) === "train" && classFolderOf(path) !== null);
    return trained && parts.size > 0 && folderParts.size === 0;
  }
  return parts.has("train") && parts.size > folderParts.size && byLabel.size > 1;
}

/** True if tables label the images of other parts only, so that the training images may lie in folders of classes. */
export const completesTraining = (tables: readonly LabelTable[]): boolean =>
  tables.every(({ part, columns }) => part !== null && part !== "train" && columns.split === null);

/** Returns the part of a row; null if the table names none, or has another value. */
function rowPart({ columns: { split }, part }: LabelTable, row: Row): PartName | null {
  try {
    return split ? split.partOf(row) : part;
  } catch {
    return null;
  }
}

function safeLabel(table: LabelTable, row: Row): string | null {
  try {
    return labelIn(table, row);
  } catch {
    return null;
  }
}
