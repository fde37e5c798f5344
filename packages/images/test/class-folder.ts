import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { type DataSet, openDataSet } from "../src/index.ts";
import { newFolder } from "./temporary.ts";

/** Images of the fixtures of arrays and containers: 6 to train on, and 3 to test with, of 3 classes. */
export interface Reference {
  readonly height?: number;
  readonly width?: number;
  readonly channels?: 1 | 3;
  readonly names?: readonly string[];
  readonly parts?: Readonly<Record<string, readonly [first: number, labels: readonly number[]]>>;
  /** Changes a pixel. */
  readonly change?: (value: number) => number;
}

export const TRAIN = { train: [0, [0, 0, 1, 1, 2, 2]] } as const;
export const BOTH = { ...TRAIN, test: [6, [0, 1, 2]] } as const;

/** The pixels of an image, [height, width, channels]. */
export function pixelsOf(
  image: number,
  { height = 5, width = 4, channels = 3, change = (v) => v }: Reference,
): Uint8Array {
  const pixels: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) pixels.push(change((37 * image + 11 * c + 5 * y + 3 * x) % 256));
    }
  }
  return Uint8Array.from(pixels);
}

/** Opens the images as PNG files in one folder per class and part. */
export async function openClassFolder(reference: Reference): Promise<DataSet> {
  const { height = 5, width = 4, channels = 3, names = ["0", "1", "2"], parts = BOTH } = reference;
  const folder = newFolder();
  for (const [part, [first, labels]] of Object.entries(parts)) {
    for (const [i, label] of labels.entries()) {
      const home = join(folder, part, names[label] as string);
      mkdirSync(home, { recursive: true });
      await sharp(pixelsOf(first + i, reference), { raw: { height, width, channels } })
        .png()
        .toFile(join(home, `${i}.png`));
    }
  }
  return openDataSet(folder, { imageSize: [height, width], cache: newFolder(), validationShare: 0 });
}
