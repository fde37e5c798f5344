import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { randomAt, randomKey } from "@downhill/optim/random";
import sharp from "sharp";

/** Returns an image of stripes with noise. Each class has its own distance of stripes, which a model learns in a few steps. */
function stripes(label: number, index: number, size: number): Uint8Array {
  const key = randomKey(label, index, "stripes");
  return Uint8Array.from({ length: size * size }, (_, i) => {
    const bright = Math.floor((i % size) / (label + 1)) % 2 === 0 ? 200 : 30;
    return bright + Math.floor(50 * randomAt(i, key, 0));
  });
}

/** The IDX format: two zero bytes, the type (bytes), how many axes; their lengths; the bytes. */
export function idx(shape: readonly number[], bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * i);
  return Buffer.concat([header, bytes]);
}

export interface IdxOptions {
  readonly train?: number;
  readonly test?: number;
  readonly classes?: number;
  /** Number of training labels; default: that of the training images. */
  readonly trainLabels?: number;
}

const SIZE = 28;

/** Creates a folder of IDX files like those of MNIST. */
export function makeIdx(
  folder: string,
  { train = 120, test = 40, classes = 3, trainLabels = train }: IdxOptions = {},
): string {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, contents: Buffer): void => writeFileSync(join(folder, `${name}.gz`), gzipSync(contents));
  for (const [part, images, labels] of [
    ["train", train, trainLabels],
    ["t10k", test, test],
  ] as const) {
    // No image is in both parts.
    const first = part === "train" ? 0 : 1_000_000;
    const pixels = Array.from({ length: images }, (_, i) => stripes(i % classes, first + i, SIZE));
    write(`${part}-images-idx3-ubyte`, idx([images, SIZE, SIZE], Buffer.concat(pixels)));
    write(
      `${part}-labels-idx1-ubyte`,
      idx(
        [labels],
        Uint8Array.from({ length: labels }, (_, i) => i % classes),
      ),
    );
  }
  return folder;
}

/** Returns an image of a class as a PNG. */
export const png = (label: number, index: number, size = 32): Promise<Buffer> =>
  sharp(stripes(label, index, size), { raw: { width: size, height: size, channels: 1 } })
    .png()
    .toBuffer();

/** Creates a folder with one subfolder per class, each with the given number of PNGs. */
export async function makePhotos(folder: string, counts: Readonly<Record<string, number>>): Promise<string> {
  for (const [label, [name, count]] of Object.entries(counts).entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++) writeFileSync(join(folder, name, `${i}.png`), await png(label, i));
  }
  return folder;
}
