import { DataError } from "../../error.ts";
import type { Files } from "../../files/files.ts";
import { listFirst } from "../../text/lists.ts";
import type { EncodedImages, ReadContext } from "../format.ts";
import { findClassNames } from "./class-names-file.ts";
import { classFolderOf, type ImageIndex, partOfPath } from "./image-index.ts";
import { LabelCollector } from "./label-collector.ts";
import { labelImages } from "./label-images.ts";
import { completesTraining, type LabelTable, labelIn, labelsInWords } from "./label-table.ts";
import { areIntegers } from "./label-values.ts";
import { namesByFile } from "./names-by-file.ts";
import { cellOf, checkLength } from "./table.ts";

/** The number of rows after which progress is reported. */
const STEP = 100_000;

/**
 * Reads tables of labels, and returns the images that they label.
 * @param files the files of the images
 * @param unlabeled tables of images without labels
 * @throws DataError for a row that cannot be read or that contradicts another one
 */
export async function loadTables(
  files: Files,
  tables: readonly LabelTable[],
  unlabeled: readonly LabelTable[],
  index: ImageIndex,
  { anyClassCount, onProgress, signal }: ReadContext,
): Promise<EncodedImages> {
  const collector = new LabelCollector(index);
  let rows = 0;
  for (const labels of tables) {
    const { table, columns, part } = labels;
    for await (const batch of table.rows()) {
      signal?.throwIfAborted();
      for (const row of batch) {
        checkLength(table, row);
        const image = cellOf(table, row, columns.image);
        if (image === "") continue;
        const label = labelIn(labels, row) ?? folderOf(index, image, labels);
        const place = (): string => `${table.path}: line ${row.line}`;
        collector.add({ image, label, part: columns.split?.partOf(row) ?? part, place }, table.folder);
        if (++rows % STEP === 0) onProgress({ what: "reading labels", done: rows, total: rows });
      }
    }
  }
  if (completesTraining(tables)) completeByFolders(collector);
  const [first] = tables as [LabelTable];
  const place =
    tables.length === 1
      ? `${first.table.path}: ${labelsInWords(first)}`
      : listFirst(tables.map(({ table }) => table.path));
  return labelImages(collector, {
    files,
    place,
    anyClasses: anyClassCount,
    namesOf: async (labels) => {
      if (!areIntegers(labels) && !labels.every((label) => /^n\d{8}$/.test(label))) return null;
      const others = [...tables, ...unlabeled].map(({ table }) => table.file);
      const found = await findClassNames(files, first.table.folder, labels, others);
      return found?.names ?? namesByFile(collector, first);
    },
    findings: unlabeled.map(({ table }) => `${table.file} has no labels, and its images are left out.`),
  });
}

function folderOf(index: ImageIndex, cell: string, { table, part }: LabelTable): string {
  const image = index.find(cell, { folder: table.folder, part });
  if (typeof image !== "number" || image < 0) return "";
  const folder = classFolderOf(index.paths[image] as string);
  if (folder !== null) return folder;
  throw new DataError(`${table.path}: '${cell}' has no folder that names a class. Expected paths such as cats/1.jpg.`);
}

/** Labels the training images by their folders, where tables label the other parts alone. */
function completeByFolders(collector: LabelCollector): void {
  for (const [image, path] of collector.index.paths.entries()) {
    const folder = classFolderOf(path);
    if (folder !== null && partOfPath(path) === "train") collector.complete(image, folder, "train");
  }
}
