import type { ImageShape } from "@downhill/optim/image";
import { readClassNames } from "../../classes/read-class-names.ts";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { plural } from "../../text/lists.ts";
import { checkClassCount, checkLabels } from "../check-labels.ts";
import type { PixelImages, PixelPart, ReadContext } from "../format.ts";
import { fileIn, type Home } from "../homes.ts";
import { emnistClasses, isEmnist, transposed } from "./emnist.ts";
import { findPairs, type Pair } from "./idx-pairs.ts";
import { openIdx } from "./read-idx.ts";

/**
 * Reads a folder of IDX files: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, `t10k-...` for the test part,
 * plain or with `.gz`. The class names are the lines of `classes.txt` if there is such a file, else the labels themselves.
 * @throws DataError for files with other contents
 */
export async function readIdxFolder(
  files: Files,
  home: Home,
  { known, anyClassCount }: ReadContext,
): Promise<PixelImages> {
  const pairs = findPairs(files, home);
  const emnist = isEmnist(pairs[0] as Pair) ? await emnistClasses(files, home, pairs[0] as Pair) : null;
  const names = known?.classNames ?? (await namesIn(files, home)) ?? emnist?.classNames ?? null;
  const parts: PixelPart[] = [];
  let count = names?.length ?? 0;
  for (const pair of pairs) {
    const { part } = pair;
    const { imageShape, labels: stored, pixels } = await openPair(files, pair);
    const path = pathIn(files, pair.labels);
    const labels = emnist ? fromZero(path, stored, emnist.first) : stored;
    // Without names, the training labels determine the number of classes.
    if (part === "train" && !names) count = labels.reduce((most, label) => Math.max(most, label + 1), 0);
    checkLabels(path, labels, count, names ? "the class names" : "the training labels");
    if (part === "train" && !anyClassCount) checkClassCount(path, count);
    checkShape(files, pair, imageShape, pairs[0] as Pair, parts[0]);
    parts.push({ part, imageShape, labels, pixels });
  }
  return { parts, classNames: names ?? Array.from({ length: count }, (_, label) => String(label)) };
}

/** Returns labels that count from 0. */
function fromZero(path: string, labels: Int32Array, first: number): Int32Array {
  const outside = labels.findIndex((label) => label < first);
  if (outside >= 0) throw new DataError(`${path}: label ${outside} is ${labels[outside]}. Expected at least ${first}.`);
  return labels.map((label) => label - first);
}

function checkShape(files: Files, pair: Pair, shape: ImageShape, firstPair: Pair, first: PixelPart | undefined): void {
  const sizeOf = ([, height, width]: ImageShape): string => `${height}x${width}`;
  if (!first || sizeOf(shape) === sizeOf(first.imageShape)) return;
  throw new DataError(
    `${pathIn(files, pair.images)}: its images are ${sizeOf(shape)}. Expected ${sizeOf(first.imageShape)}, the size of those in ${pathIn(files, firstPair.images)}.`,
  );
}

/** Reads the lines of `classes.txt`; null if there is no such file. */
async function namesIn(files: Files, home: Home): Promise<readonly string[] | null> {
  if (!home.files.includes("classes.txt")) return null;
  const file = fileIn(home, "classes.txt");
  const names = await readClassNames(files, file);
  if (names.length < 2)
    throw new DataError(
      `${pathIn(files, file)}: it names ${plural(names.length, "class", "classes")}. Expected one name per line, and at least two.`,
    );
  return names;
}

/** The maximum number of pixels per side. Larger images are refused before they are unpacked. */
const LARGEST_SIDE = 4096;

/** Reads the labels after the header of the images, and refuses another number of them before they are unpacked. */
async function openPair(files: Files, pair: Pair): Promise<Omit<PixelPart, "part">> {
  const { images: file, labels: labelFile } = pair;
  const images = await openIdx(files, file, "images");
  const [count, height, width] = images.sizes as [number, number, number];
  const path = pathIn(files, file);
  if (count * height * width === 0) {
    throw new DataError(
      `${path}: it has ${count} images of ${width}x${height} pixels. Expected at least one image and one pixel.`,
    );
  }
  if (Math.max(height, width) > LARGEST_SIDE) {
    throw new DataError(
      `${path}: its images have ${width}x${height} pixels. Expected at most ${LARGEST_SIDE} per side. Make them smaller.`,
    );
  }
  const labels = await openIdx(files, labelFile, "labels");
  if (labels.sizes[0] !== count) {
    throw new DataError(
      `${pathIn(files, labelFile)}: it has ${labels.sizes[0]} labels, but ${path} has ${count} images. Expected one label per image. Download both files again.`,
    );
  }
  const values = new Int32Array(count);
  let at = 0;
  for await (const piece of labels.pieces()) {
    values.set(piece, at);
    at += piece.length;
  }
  if (!isEmnist(pair)) return { imageShape: [1, height, width], labels: values, pixels: images.pieces };
  return {
    imageShape: [1, width, height],
    labels: values,
    pixels: () => transposed(images.pieces(), width, height),
  };
}
