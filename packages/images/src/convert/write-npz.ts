import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import type { DataSet } from "../data-set/data-set.ts";
import { PART_NAMES, type PartName } from "../data-set/parts.ts";
import type { OnProgress } from "../data-set/progress.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { interleave } from "../image-set/interleave.ts";
import { sizeOf } from "../image-set/shape.ts";

/** The words for parts in the names of arrays, as in MedMNIST. */
const PREFIXES: Readonly<Record<PartName, string>> = { train: "train", validation: "val", test: "test" };

/** The number of bytes that are handed on at once. */
const PIECE = 2 ** 20;

/** The times of all entries, so that the same data give the same file. */
const TIME = new Date("1980-01-01T00:00:00Z");

/** An array in an .npz file. */
interface NpyArray {
  readonly name: string;
  /** The type in NumPy's notation, such as "|u1". */
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  pieces(): Iterable<Uint8Array>;
}

/**
 * Writes a data set as an .npz file with the names of MedMNIST: `train_images` [images, height, width] or
 * [images, height, width, 3] of uint8, `train_labels` [images] of int64, the same for `val_` and `test_`, and `class_names`.
 */
export async function writeNpz(path: string, data: DataSet, onProgress: OnProgress): Promise<void> {
  const zip = new ZipFile();
  const total = PART_NAMES.reduce((sum, part) => sum + (data[part]?.length ?? 0), 0);
  let done = 0;
  const count = (images: number): void => {
    done += images;
    onProgress({ what: "writing images", done, total });
  };
  const arrays = PART_NAMES.flatMap((part) => {
    const set = data[part];
    return set ? [imagesOf(PREFIXES[part], set, count), labelsOf(PREFIXES[part], set)] : [];
  });
  for (const array of [...arrays, namesOf(data.classNames)]) {
    const header = headerOf(array);
    zip.addReadStreamLazy(
      `${array.name}.npy`,
      { compress: false, size: header.length + array.bytes, mtime: TIME, forceDosTimestamp: true },
      (use) =>
        use(
          null,
          Readable.from(
            (function* () {
              yield header;
              yield* array.pieces();
            })(),
          ),
        ),
    );
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

/** Returns the header of version 1.0, padded so that the data begin at a multiple of 64 bytes. */
function headerOf({ type, shape }: NpyArray): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(length, " ");
  header.write("\x93NUMPY\x01\x00", "latin1");
  header.writeUInt16LE(length - 10, 8);
  header.write(`${text.padEnd(length - 11)}\n`, 10, "latin1");
  return header;
}

function imagesOf(prefix: string, set: ImageSet, count: (images: number) => void): NpyArray {
  const [channels, height, width] = set.imageShape;
  const size = sizeOf(set.imageShape);
  const shape = [set.length, height, width, ...(channels === 1 ? [] : [channels])];
  return {
    name: `${prefix}_images`,
    type: "|u1",
    shape,
    bytes: set.length * size,
    *pieces() {
      const block = Math.max(1, Math.floor(PIECE / size));
      const image = new Uint8Array(size);
      for (let from = 0; from < set.length; from += block) {
        const images = Math.min(block, set.length - from);
        const piece = new Uint8Array(images * size);
        for (let i = 0; i < images; i++) {
          set.read(from + i, image);
          interleave(image, set.imageShape, piece, i * size);
        }
        count(images);
        yield piece;
      }
    },
  };
}

function labelsOf(prefix: string, { labels }: ImageSet): NpyArray {
  const bytes = Buffer.alloc(8 * labels.length);
  labels.forEach((label, i) => void bytes.writeBigInt64LE(BigInt(label), 8 * i));
  return {
    name: `${prefix}_labels`,
    type: "<i8",
    shape: [labels.length],
    bytes: bytes.length,
    pieces: () => [bytes],
  };
}

/** Returns the class names as an array of texts, which NumPy stores in 32 bits per character. */
function namesOf(classNames: readonly string[]): NpyArray {
  const texts = classNames.map((name) => [...name]);
  const longest = Math.max(1, ...texts.map(({ length }) => length));
  const bytes = Buffer.alloc(4 * longest * texts.length);
  texts.forEach((text, i) => {
    text.forEach((character, k) => void bytes.writeUInt32LE(character.codePointAt(0) as number, 4 * (i * longest + k)));
  });
  return {
    name: "class_names",
    type: `<U${longest}`,
    shape: [texts.length],
    bytes: bytes.length,
    pieces: () => [bytes],
  };
}
