import type { OverlayOptions } from "sharp";
import type { DataSet } from "../data-set/data-set.ts";
import { PART_NAMES, type PartName } from "../data-set/parts.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { plural } from "../text/lists.ts";
import { composeSheet } from "./compose-sheet.ts";
import { pictureOf } from "./picture.ts";
import { clipped, textAt, widthOf } from "./svg-text.ts";

/** Options of `contactSheet`. */
export interface ContactSheetOptions {
  /** The maximum number of images of a class, in one row; default 10. */
  readonly columns?: number;
  /** The maximum number of classes of a part; default 40. Of more classes, some at equal distances are drawn. */
  readonly classes?: number;
}

const MARGIN = 12;
/** The maximum width of class names. */
const LABEL_WIDTH = 190;
/** The space between two images. */
const GAP = 4;
const TITLE_HEIGHT = 30;
/** The minimum height of a row, which fits its text. */
const LEAST_ROW = 24;
const FONT = 13;

interface Row {
  readonly label: string;
  readonly images: readonly number[];
}

/**
 * Draws some images of each class beside the name of the class, part by part, so that a person sees that images and labels
 * belong together. The images of a class are at equal distances in its order, so the same data give the same sheet.
 * @returns a PNG file
 * @example await writeFile("sheet.png", await contactSheet(await openDataSet("photos")));
 */
export async function contactSheet(
  data: Pick<DataSet, PartName>,
  { columns = 10, classes = 40 }: ContactSheetOptions = {},
): Promise<Uint8Array> {
  const texts: string[] = [];
  const pictures: OverlayOptions[] = [];
  let [top, width] = [MARGIN, 0];
  const parts = PART_NAMES.flatMap((part) => {
    const set = data[part];
    return set ? [{ set, ...rowsOf(part, set, columns, classes) }] : [];
  });
  const labelWidth = Math.min(
    LABEL_WIDTH,
    Math.max(...parts.flatMap(({ rows }) => rows.map(({ label }) => widthOf(label, FONT)))),
  );
  for (const { set, rows, title } of parts) {
    texts.push(textAt(MARGIN, top + 18, title, FONT + 2, "bold"));
    top += TITLE_HEIGHT;
    for (const { label, images } of rows) {
      let [left, height] = [MARGIN + labelWidth + 3 * GAP, 0];
      for (const index of images) {
        const picture = await pictureOf(set, index);
        pictures.push({ input: picture.pixels, raw: picture.info, left, top });
        left += picture.info.width + GAP;
        height = picture.info.height;
      }
      const row = Math.max(LEAST_ROW, height);
      texts.push(textAt(MARGIN, top + row / 2 + FONT / 3, clipped(label, LABEL_WIDTH, FONT), FONT));
      width = Math.max(width, left);
      top += row + GAP;
    }
    top += MARGIN;
  }
  const size = {
    width: Math.max(width, ...parts.map(({ title }) => MARGIN + widthOf(title, FONT + 3))) + MARGIN,
    height: top,
  };
  return composeSheet(size, texts, pictures);
}

/** Chooses the classes and images of a part. */
function rowsOf(
  part: PartName,
  set: ImageSet,
  columns: number,
  most: number,
): { readonly rows: readonly Row[]; readonly title: string } {
  const { classNames, labels, length } = set;
  const images: number[][] = classNames.map(() => []);
  labels.forEach((label, index) => void images[label]?.push(index));
  const present = [...images.keys()].filter((label) => (images[label] as number[]).length > 0);
  const shown = spread(present, most);
  const rows = shown.map((label) => {
    const all = images[label] as number[];
    return { label: `${classNames[label]} (${all.length})`, images: spread(all, columns) };
  });
  const some = shown.length < present.length ? `, ${shown.length} of them drawn` : "";
  return {
    rows,
    title: `${part}: ${plural(length, "image")} of ${plural(present.length, "class", "classes")}${some}`,
  };
}

/** Returns at most `count` items at equal distances. */
const spread = <T>(items: readonly T[], count: number): readonly T[] =>
  items.length <= count
    ? items
    : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);
