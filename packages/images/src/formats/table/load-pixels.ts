import { orderClasses } from "../../classes/order-classes.ts";
import type { PartName } from "../../data-set/parts.ts";
import { PART_NAMES } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import type { Files } from "../../files/files.ts";
import { plural } from "../../text/lists.ts";
import { checkClassCount } from "../check-labels.ts";
import type { PixelImages, PixelPart, ReadContext } from "../format.ts";
import { findClassNames } from "./class-names-file.ts";
import { areIntegers, checkClasses, isMissing, plainLabel } from "./label-values.ts";
import { Numbers } from "./numbers.ts";
import { numbersIn, type PixelTable } from "./pixel-columns.ts";
import { cellOf, type Row } from "./table.ts";

/** The facts of all rows of some tables. */
interface Survey {
  /** For each part, the number of each image's label. */
  readonly labels: ReadonlyMap<PartName, Numbers>;
  readonly values: readonly string[];
  readonly unlabeled: number;
  /** The factor that makes white 255. */
  readonly scale: number;
}

/**
 * Reads tables whose rows are images. Each part is read as a stream, after all labels.
 * @throws DataError for rows of another length, for values outside of 0 to 255, and for labels that are no classes
 */
export async function loadPixels(
  files: Files,
  tables: readonly PixelTable[],
  { anyClassCount, signal }: ReadContext,
): Promise<PixelImages> {
  const labeled = tables.filter(({ label }) => label !== null);
  const [first] = labeled as [PixelTable];
  for (const { table, imageShape } of labeled) {
    if (String(imageShape) !== String(first.imageShape)) {
      throw new DataError(
        `${table.path}: its images have the shape [${imageShape}]. Expected [${first.imageShape}], as in ${first.table.path}.`,
      );
    }
  }
  const { labels, values, unlabeled, scale } = await survey(labeled, signal);
  const place = `${first.table.path}: its labels`;
  checkClasses(
    values,
    [...labels.values()].reduce((sum, { length }) => sum + length, 0),
    place,
  );
  const order = orderClasses(values);
  if (!anyClassCount) checkClassCount(first.table.path, order.length);
  const names = areIntegers(order)
    ? await findClassNames(
        files,
        first.table.folder,
        order,
        tables.map(({ table }) => table.file),
      )
    : null;
  const ranks = Int32Array.from(values, (value) => order.indexOf(value));
  // A single part is the whole of the data: a model may be evaluated on a test part alone.
  const [only, ...more] = labels.keys();
  const renamed = (part: PartName): PartName => (more.length === 0 ? "train" : part);
  if (more.length > 0 && !labels.has("train")) {
    throw new DataError(
      `${first.table.path}: it has only ${[only, ...more].join(" and ")} images. Expected training images.`,
    );
  }
  const parts = PART_NAMES.flatMap((part): readonly PixelPart[] => {
    const numbers = labels.get(part);
    if (!numbers) return [];
    return [
      {
        part: renamed(part),
        imageShape: first.imageShape,
        labels: numbers.toArray().map((number) => ranks[number] as number),
        pixels: () => pixelsOf(labeled, part, scale),
      },
    ];
  });
  const findings = tables.flatMap(({ table, label }) =>
    label === null ? [`${table.file} has no labels and is left out.`] : [],
  );
  if (unlabeled > 0)
    findings.push(`${plural(unlabeled, "row has no label and is", "rows have no label and are")} left out.`);
  return { parts, classNames: order.map((label) => names?.names.get(label) ?? label), findings };
}

const partIn = ({ split, part }: PixelTable, row: Row): PartName => split?.partOf(row) ?? part ?? "train";

async function survey(tables: readonly PixelTable[], signal: AbortSignal | undefined): Promise<Survey> {
  const labels = new Map<PartName, Numbers>();
  const numbers = new Map<string, number>();
  let unlabeled = 0;
  let [most, isFraction] = [0, false];
  for (const pixels of tables) {
    for await (const batch of pixels.table.rows()) {
      signal?.throwIfAborted();
      for (const row of batch) {
        const cells = pixelCells(pixels, row);
        for (const cell of cells) {
          const value = Number(cell);
          if (!(value >= 0 && value <= 255)) throw outside(pixels, row, cell);
          if (value > most) most = value;
          if (!Number.isInteger(value)) isFraction = true;
        }
        const label = plainLabel(cellOf(pixels.table, row, pixels.label as number));
        if (isMissing(label)) {
          unlabeled++;
          continue;
        }
        const part = partIn(pixels, row);
        if (!numbers.has(label)) numbers.set(label, numbers.size);
        const inPart = labels.get(part) ?? new Numbers();
        labels.set(part, inPart);
        inPart.add(numbers.get(label) as number);
      }
    }
  }
  if (numbers.size === 0)
    throw new DataError(`${tables[0]?.table.path}: it has no labeled rows. Expected one image per row.`);
  if (isFraction && most > 1) {
    throw new DataError(
      `${tables[0]?.table.path}: its pixels have fractions and values up to ${most}. Expected whole numbers from 0 to 255, or numbers from 0 to 1.`,
    );
  }
  return { labels, values: [...numbers.keys()], unlabeled, scale: most <= 1 ? 255 : 1 };
}

/** Returns the pixels of a row as texts. @throws DataError for another number of them than in the first row */
function pixelCells({ table, pixels, imageShape }: PixelTable, row: Row): readonly string[] {
  const [channels, height, width] = imageShape;
  const expected = channels * height * width;
  const cells = typeof pixels === "number" ? numbersIn(cellOf(table, row, pixels)) : row.cells;
  const found = typeof pixels === "number" ? cells.length : row.cells.length - table.columns.length + expected;
  if (found !== expected) {
    throw new DataError(
      `${table.path}: line ${row.line} has ${found} pixels. Expected ${expected}, as in the first row.`,
    );
  }
  return typeof pixels === "number" ? cells : pixels.map((column) => cells[column] as string);
}

const outside = ({ table }: PixelTable, { line }: Row, cell: string): DataError =>
  new DataError(
    `${table.path}: line ${line} has the pixel '${cell}'. Expected numbers from 0 to 255, with a point and no comma.`,
  );

/** Reads the pixels of a part, [images, channels, height, width]. */
async function* pixelsOf(tables: readonly PixelTable[], part: PartName, scale: number): AsyncGenerator<Uint8Array> {
  for (const pixels of tables) {
    const [channels, height, width] = pixels.imageShape;
    const plane = height * width;
    for await (const batch of pixels.table.rows()) {
      const rows = batch.filter(
        (row) => !isMissing(cellOf(pixels.table, row, pixels.label as number)) && partIn(pixels, row) === part,
      );
      const bytes = new Uint8Array(rows.length * channels * plane);
      rows.forEach((row, i) => {
        const cells = pixelCells(pixels, row);
        const at = i * channels * plane;
        // The table has the channels of a pixel side by side.
        for (let p = 0; p < plane; p++) {
          for (let c = 0; c < channels; c++)
            bytes[at + c * plane + p] = Math.round(Number(cells[p * channels + c]) * scale);
        }
      });
      if (bytes.length > 0) yield bytes;
    }
  }
}
