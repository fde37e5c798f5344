import { join } from "node:path";
import type { ImageShape } from "@downhill/optim/image";
import { readClassNames } from "../classes/read-class-names.ts";
import type { PartName } from "../data-set/parts.ts";
import { DataError } from "../error.ts";
import type { ImageSetHandle } from "../image-set/image-set.ts";
import { finishPool } from "../pool/finish-pool.ts";
import { PoolWriter } from "../pool/pool-writer.ts";
import { checkClassCount, checkLabels } from "./check-labels.ts";
import { readIdx, readIdxSizes } from "./idx.ts";
import { findPairs, type Pair } from "./idx-pairs.ts";
import type { RawData, ReadOptions } from "./raw-data.ts";

/**
 * Reads a folder of IDX files: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, `t10k-...` for the test part,
 * plain or with `.gz`. Class names are the lines of `classes.txt` where there is one, else the labels themselves.
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
    // The training labels say how many classes there are, where nothing else does.
    if (part === "train" && !known) count = labels.reduce((most, label) => Math.max(most, label + 1), 0);
    checkLabels(labelsPath, labels, count, known ? "the classes have names" : "in the training labels");
    if (part === "train" && !options.anyClassCount) checkClassCount(labelsPath, count);
    const handle = await readImages(pair, labels, options);
    const shape = handle.imageShape.slice(1).join("x");
    size ??= { shape, path: images };
    if (shape !== size.shape) {
      throw new DataError(`${images}: its images are ${shape}: expected ${size.shape}, as those of ${size.path}`);
    }
    parts[part] = handle;
  }
  const classNames = known ?? Array.from({ length: count }, (_, label) => String(label));
  const named = Object.entries(parts).map(([part, handle]) => [part, { ...handle, classNames }]);
  const empty = { failures: [], ignored: new Map<string, number>(), findings: [], about: [] };
  return { kind: "idx", reading: "IDX files", parts: Object.fromEntries(named), ...empty };
}

/** The lines of `classes.txt`; null where there is none. */
function namesIn(folder: string): readonly string[] | null {
  const path = join(folder, "classes.txt");
  const names = readClassNames(path);
  if (names && names.length < 2)
    throw new DataError(`${path}: it names ${names.length} classes: expected a name a line, and two at least`);
  return names;
}

/** More pixels than this a side are no image: what they would take is said before it is unpacked. */
const LARGEST_SIDE = 4096;

/** Labels, after a look at the images' header: as many as there are images, and no more are unpacked. */
async function readLabels({ images, labels: path }: Pair): Promise<Int32Array> {
  const [count, height, width] = (await readIdxSizes(images, "images")) as [number, number, number];
  if (count * height * width === 0) {
    throw new DataError(`${images}: it has ${count} images of ${width}x${height} pixels: expected at least one`);
  }
  if (Math.max(height, width) > LARGEST_SIDE) {
    throw new DataError(
      `${images}: its images have ${width}x${height} pixels: expected at most ${LARGEST_SIDE} a side: make them smaller`,
    );
  }
  let labels = new Int32Array(0);
  await readIdx(path, "labels", ([found]) => {
    if (found !== count) {
      throw new DataError(
        `${path}: it has ${found} labels, and ${images} has ${count} images: expected one label an image: get both files again`,
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
