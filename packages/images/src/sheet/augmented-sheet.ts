import type { OverlayOptions } from "sharp";
import type { AugmentDescription } from "../augment/index.ts";
import { createLoader } from "../batches/loader.ts";
import type { DataSet } from "../data-set/data-set.ts";
import { DataError } from "../error.ts";
import { sizeOf } from "../image-set/shape.ts";
import { plural } from "../text/lists.ts";
import { composeSheet } from "./compose-sheet.ts";
import { pictureOfPixels } from "./picture.ts";
import { clipped, textAt, widthOf } from "./svg-text.ts";

/** Options of `augmentedSheet`. */
export interface AugmentedSheetOptions {
  /** Augmentations in their order; default none. */
  readonly augment?: readonly AugmentDescription[];
  /** Random seed of the training; default 0. */
  readonly seed?: number;
  /** Number of images, one in each row; default 8. */
  readonly count?: number;
  /** Number of epochs, whose version of the image is drawn beside it; default 6. */
  readonly epochs?: number;
}

const MARGIN = 12;
const GAP = 6;
const TITLE_HEIGHT = 34;
/** Maximum length of the longer side of a picture, in pixels. */
const SIDE = 112;
const FONT = 11;
/** Height of each label below a picture. */
const LABEL_HEIGHT = 15;

/**
 * Draws training images beside the versions of them on which the first epochs of a training with this seed train. Mixed images
 * have both labels with their shares. The images are at equal distances in the set, so the same data give the same sheet.
 * @returns a PNG file
 * @throws DataError for invalid augmentations, or a number that is not whole and at least 1
 * @example await writeFile("preview.png", await augmentedSheet(data, { augment: [{ kind: "flip" }, { kind: "mixup" }] }));
 */
export async function augmentedSheet(
  { train, normalization }: Pick<DataSet, "train" | "normalization">,
  { augment = [], seed = 0, count = 8, epochs = 6 }: AugmentedSheetOptions = {},
): Promise<Uint8Array> {
  for (const [name, value] of Object.entries({ count, epochs })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new DataError(`augmentedSheet: ${name} = ${value}. Expected a whole number of at least 1.`);
    }
  }
  const { imageShape, classNames, labels, length } = train;
  const rows = Math.min(count, length);
  const shown = Int32Array.from({ length: rows }, (_, i) => Math.floor((i * length) / rows));
  // The partners of mixed images come from the whole epoch, so its order begins with the images that are drawn.
  const others = Int32Array.from(Array.from({ length }, (_, i) => i).filter((i) => !shown.includes(i)));
  const order = new Int32Array(length);
  order.set(shown);
  order.set(others, rows);
  const loader = createLoader(train, { seed, order, augment, normalization });
  const size = sizeOf(imageShape);
  const nameOf = (label: number | undefined): string => classNames[label ?? -1] ?? "";

  const texts: string[] = [];
  const pictures: OverlayOptions[] = [];
  const [cellWidth, cellHeight] = cellOf(imageShape);
  const columnWidth = Math.max(cellWidth, 84);
  const left = (column: number): number => MARGIN + column * (columnWidth + GAP) + (column === 0 ? 0 : GAP);
  const labelLines = augment.some(({ kind }) => kind === "mixup" || kind === "cutmix") ? 2 : 1;
  const rowHeight = cellHeight + labelLines * LABEL_HEIGHT + GAP;
  const top = (row: number): number => MARGIN + TITLE_HEIGHT + row * rowHeight;
  const draw = async (pixels: Uint8Array, row: number, column: number, lines: readonly string[]): Promise<void> => {
    const { pixels: input, info: raw } = await pictureOfPixels(pixels, imageShape, SIDE);
    pictures.push({ input, raw, left: left(column), top: top(row) });
    for (const [i, line] of lines.entries()) {
      const y = top(row) + cellHeight + FONT + 2 + i * LABEL_HEIGHT;
      texts.push(textAt(left(column), y, clipped(line, columnWidth, FONT), FONT));
    }
  };

  const kinds = augment.map(({ kind }) => kind).join(", ") || "none";
  const title = `${plural(rows, "training image")}, augmentation: ${kinds}, seed ${seed}`;
  texts.push(textAt(MARGIN, MARGIN + 12, title, FONT + 2, "bold"));
  texts.push(textAt(left(0), MARGIN + TITLE_HEIGHT - 6, "original", FONT));
  for (const [row, index] of shown.entries()) {
    const image = new Uint8Array(size);
    train.read(index, image);
    await draw(image, row, 0, [nameOf(labels[index])]);
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    texts.push(textAt(left(epoch + 1), MARGIN + TITLE_HEIGHT - 6, `epoch ${epoch + 1}`, FONT));
    const { images, labels: own, mix } = loader.batch(epoch, 0, rows);
    for (let row = 0; row < rows; row++) {
      const share = mix?.share[row] ?? 1;
      const lines = labelsOf(nameOf(own[row]), nameOf(mix?.labels[row]), share);
      await draw(images.subarray(row * size, (row + 1) * size), row, epoch + 1, lines);
    }
  }
  const extent = {
    width: Math.max(left(epochs) + columnWidth, MARGIN + widthOf(title, FONT + 3)) + MARGIN,
    height: top(rows) + MARGIN,
  };
  return composeSheet(extent, texts, pictures);
}

/** Returns the labels of a mixed image with their shares; one label alone if the other has less than half a percent. */
function labelsOf(own: string, other: string, share: number): string[] {
  if (own === other || Math.round(100 * share) === 100) return [own];
  return Math.round(100 * share) === 0 ? [other] : [`${percent(share)} ${own}`, `${percent(1 - share)} ${other}`];
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Returns width and height of the pictures of images. */
function cellOf([, height, width]: readonly [number, number, number]): [width: number, height: number] {
  const longer = Math.max(height, width);
  const factor = longer <= SIDE ? Math.floor(SIDE / longer) : SIDE / longer;
  return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
}
