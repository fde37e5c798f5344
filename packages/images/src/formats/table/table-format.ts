import type { DataOptions } from "../../data-set/options.ts";
import { DataError } from "../../error.ts";
import type { Files } from "../../files/files.ts";
import { openFolder } from "../../files/open-folder.ts";
import { imagesBelow } from "../../files/tree.ts";
import { listFirst } from "../../text/lists.ts";
import type { Format, ReadContext, Reading } from "../format.ts";
import { chosenTableFiles, findTableFiles, isTableName } from "./find-table-files.ts";
import { ImageIndex } from "./image-index.ts";
import { describeChosen, describeFound, dividesFolders, type LabelTable, labelsInWords } from "./label-table.ts";
import { isImageColumn, labelRank } from "./label-words.ts";
import { loadPixels } from "./load-pixels.ts";
import { loadTables } from "./load-tables.ts";
import { openTable, type TableFile } from "./open-table.ts";
import { describePixels, MOST_COLUMNS, type PixelTable } from "./pixel-columns.ts";
import { bestGroups } from "./table-groups.ts";

/** Labels in tables: CSV, TSV, JSON, JSON Lines, and lists of words; of image files, or of pixels in the table. */
export const tableFormat: Format = {
  name: "table",
  options: ["labels", "labelColumn", "imageColumn", "splitColumn"],
  labelsImageFiles: true,
  async find(files, options, context) {
    if (files.only !== undefined && !isTableName(files.only)) return [];
    const { labels = files.only } = options;
    if (labels === undefined) return found(files, options, context);
    // The images lie beside a table that is the data.
    const around = files.only === undefined ? files : openFolder(files.path, options.skip);
    return chosen(around, chosenTableFiles(around, labels), options, context);
  },
};

/** The tables among some files. */
interface Tables {
  readonly pixels: readonly PixelTable[];
  readonly labels: readonly LabelTable[];
  readonly index: ImageIndex;
  readonly problems: readonly DataError[];
}

async function chosen(
  files: Files,
  tableFiles: readonly TableFile[],
  options: DataOptions,
  context: ReadContext,
): Promise<readonly Reading[]> {
  const tables = await describe(files, tableFiles, options, describeChosen);
  const [problem] = tables.problems;
  if (problem) throw problem;
  if (tables.pixels.length > 0) return [pixelReading(files, tables.pixels, context)];
  const [bare] = tables.labels;
  if (bare && tables.labels.every(({ columns }) => columns.label === null)) throw withoutLabels(bare);
  return [labelReading(files, tables, tables.labels, context)];
}

async function found(files: Files, options: DataOptions, context: ReadContext): Promise<readonly Reading[]> {
  const tables = await describe(files, findTableFiles(files), options, describeFound);
  const unlabeled = tables.labels.filter(({ columns }) => columns.label === null);
  const pixels = bestGroups(tables.pixels, ({ label }) => label !== null);
  const labels = bestGroups(tables.labels, ({ columns }) => columns.label !== null);
  const readings = [
    ...pixels.map((group) => pixelReading(files, group, context)),
    ...labels.map((group) =>
      labelReading(files, tables, [...group, ...unlabeled.filter((one) => !group.includes(one))], context),
    ),
  ];
  const [problem] = tables.problems;
  if (readings.length > 0) return readings;
  if (problem) throw problem;
  if (tables.pixels.length > 0) return [pixelReading(files, tables.pixels, context)];
  const [bare] = unlabeled.filter(({ part, table }) => part === null && table.columns.length > 1);
  if (bare) throw withoutLabels(bare);
  return [];
}

async function describe(
  files: Files,
  tableFiles: readonly TableFile[],
  options: DataOptions,
  describeLabels: (table: LabelTable["table"], index: ImageIndex, options: DataOptions) => LabelTable | null,
): Promise<Tables> {
  let images: ImageIndex | null = null;
  const index = (): ImageIndex => (images ??= new ImageIndex([...imagesBelow(files.root)].sort()));
  const [pixels, labels, problems]: [PixelTable[], LabelTable[], DataError[]] = [[], [], []];
  const isHeader = (cell: string): boolean => isImageColumn(cell) || labelRank(cell) < 2;
  const isData = (cells: readonly string[]): boolean => !cells.some(isHeader) && cells.some(isImage);
  const isImage = (cell: string): boolean => cell !== "" && index().find(cell, { folder: "", part: null }) !== -1;
  const isChosen = describeLabels === describeChosen;
  for (const file of tableFiles) {
    try {
      const table = await openTable(file, isData);
      const inTable = describePixels(table, options);
      if (inTable) pixels.push(inTable);
      else if (isChosen || files.root.tree.count > 0) {
        if (table.columns.length > MOST_COLUMNS) {
          throw new DataError(
            `${table.path}: it has ${table.columns.length} columns. Expected at most ${MOST_COLUMNS}, or columns of pixels.`,
          );
        }
        const labeled = describeLabels(table, index(), options);
        if (labeled) labels.push(labeled);
      }
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      // Text and JSON files of many kinds lie beside images.
      if (isChosen || !/\.(txt|json)(\.gz)?$/i.test(file.path)) problems.push(error);
    }
  }
  return { pixels, labels, index: index(), problems };
}

function labelReading(files: Files, { index }: Tables, tables: readonly LabelTable[], context: ReadContext): Reading {
  const labeled = tables.filter(({ columns }) => columns.label !== null);
  const unlabeled = tables.filter(({ columns }) => columns.label === null);
  const [first] = labeled as [LabelTable];
  const { table, columns } = first;
  const names = labeled.map((one) => one.table.file);
  return {
    format: "table",
    home: "",
    description: `labels from ${labeled.length === 1 ? labelsInWords(first) : listFirst(names)}`,
    reason: table.hasHeader
      ? `The column '${table.columns[columns.image]}' of ${table.file} names images of the data.`
      : `Column ${table.columns[columns.image]} of ${table.file} names images of the data.`,
    choice: { labels: names.length === 1 ? (names[0] as string) : names },
    dividesFolders: dividesFolders(labeled, index),
    load: () => loadTables(files, labeled, unlabeled, index, context),
  };
}

function pixelReading(files: Files, tables: readonly PixelTable[], context: ReadContext): Reading {
  const names = tables.filter(({ label }) => label !== null).map(({ table }) => table.file);
  const [first] = tables as [PixelTable];
  if (names.length === 0) {
    throw new DataError(
      `${first.table.path}: it has pixels, and no column of labels. Expected a column such as 'label'. Set labelColumn to choose one.`,
    );
  }
  const [, height, width] = first.imageShape;
  return {
    format: "table",
    home: "",
    description: `pixels and labels from ${listFirst(names)}`,
    reason: `Each row of ${first.table.file} has the ${height}x${width} pixels of an image.`,
    choice: { labels: names.length === 1 ? (names[0] as string) : names },
    load: () => loadPixels(files, tables, context),
  };
}

const withoutLabels = ({ table }: LabelTable): DataError =>
  new DataError(
    `${table.path}: it names images, and none of its columns ${listFirst(
      table.columns.map((name) => `'${name}'`),
      12,
    )} has labels. Expected a column of classes. Set labelColumn to choose one.`,
  );
