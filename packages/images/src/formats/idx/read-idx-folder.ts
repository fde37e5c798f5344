import { join } from "node:path";
import type { ImageShape } from "@downhill/optim/image";
import { readClassNames } from "../../classes/read-class-names.ts";
import type { PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import type { ImageSetHandle } from "../../image-set/image-set.ts";
import { finishPool } from "../../pool/finish-pool.ts";
import { PoolWriter } from "../../pool/pool-writer.ts";
import { plural } from "../../text/lists.ts";
import { checkClassCount, checkLabels } from "../check-labels.ts";
import type { RawData, ReadOptions } from "../format.ts";
import { findPairs, type Pair } from "./idx-pairs.ts";
import { readIdx, readIdxSizes } from "./read-idx.ts";

/**
 * Reads a folder of IDX files: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, `t10k-...` for the test part,
 * plain or with `.gz`. The class names are the lines of `classes.txt` if there is such a file, else the labels themselves.
 * @throws DataError for files with other contents
 */
export async function readIdxFolder(folder: string, files: readonly string[], options: ReadOptions): Promise<RawData> {
  const pairs = findPairs(folder, files);
  const known = options.known?.classNames ?? namesIn(folder);
  const parts: Partial<Record<PartName, Omit<ImageSetHandle, "classNames">>> = {};
  let count = known?.length ?? 0;
  let size: { readonly shape: string; readonly path: string } | undefined;
  for (const pair of pairs) {
    const { part, images, labels: labelsPath } = pair;
    const labels = await readLabels(pair);
    // Without names, the training labels determine the number of classes.
    if (part === "train" && !known) count = labels.reduce((most, label) => Math.max(most, label + 1), 0);
    checkLabels(labelsPath, labels, count, known ? "the class names" : "the training labels");
    if (part === "train" && !options.anyClassCount) checkClassCount(labelsPath, count);
    const handle = await readImages(pair, labels, options);
    const shape = handle.imageShape.slice(1).join("x");
    size ??= { shape, path: images };
    if (shape !== size.shape) {
      throw new DataError(
        `${images}: its images are ${shape}. Expected ${size.shape}, the size of those in ${size.path}.`,
      );
    }
    parts[part] = handle;
  }
  const classNames = known ?? Array.from({ length: count }, (_, label) => String(label));
  const named = Object.entries(parts).map(([part, handle]) => [part, { ...handle, classNames }]);
  const empty = { failures: [], ignored: new Map<string, number>(), findings: [], about: [] };
  return { kind: "idx", reading: "IDX files", parts: Object.fromEntries(named), ...empty };
}

/** Reads the lines of `classes.txt`; null if there is no such file. */
function namesIn(folder: string): readonly string[] | null {
  const path = join(folder, "classes.txt");
  const names = readClassNames(path);
  if (names && names.length < 2)
    throw new DataError(
      `${path}: it names ${plural(names.length, "class", "classes")}. Expected one name per line, and at least two.`,
    );
  return names;
}

/** The maximum number of pixels per side. Larger images are refused before they are unpacked. */
const LARGEST_SIDE = 4096;

/** Reads the labels after the header of the images, and refuses another number of them before they are unpacked. */
async function readLabels({ images, labels: path }: Pair): Promise<Int32Array> {
  const [count, height, width] = (await readIdxSizes(images, "images")) as [number, number, number];
  if (count * height * width === 0) {
    throw new DataError(
      `${images}: it has ${count} images of ${width}x${height} pixels. Expected at least one image and one pixel.`,
    );
  }
  if (Math.max(height, width) > LARGEST_SIDE) {
    throw new DataError(
      `${images}: its images have ${width}x${height} pixels. Expected at most ${LARGEST_SIDE} per side. Make them smaller.`,
    );
  }
  let labels = new Int32Array(0);
  await readIdx(path, "labels", ([found]) => {
    if (found !== count) {
      throw new DataError(
        `${path}: it has ${found} labels, but ${images} has ${count} images. Expected one label per image. Download both files again.`,
      );
    }
    labels = new Int32Array(count);
    return (piece, at) => labels.set(piece, at);
  });
  return labels;
}

async function readImages(
  { part, images: path }: Pair,
  labels: Int32Array,
  { place, onProgress }: ReadOptions,
): Promise<Omit<ImageSetHandle, "classNames">> {
  let shape: ImageShape = [1, 0, 0];
  let writer: PoolWriter | undefined;
  await readIdx(path, "images", (sizes) => {
    const [count, height, width] = sizes as [number, number, number];
    shape = [1, height, width];
    const made = new PoolWriter(count * height * width, place);
    writer = made;
    return (piece, at) => {
      made.write(at, piece);
      const done = Math.floor((at + piece.length) / (height * width));
      onProgress({ what: `reading ${part} images`, done, total: count });
    };
  });
  const numbers = Int32Array.from(labels, (_, i) => i);
  const pool = finishPool(writer as PoolWriter, labels.length * shape[1] * shape[2]);
  return { imageShape: shape, labels, places: numbers, pool, names: { word: part, numbers } };
}
