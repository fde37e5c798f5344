import { basename, dirname, join } from "node:path";
import type { PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";

/** The files of a part. */
export interface Pair {
  readonly part: PartName;
  readonly images: string;
  readonly labels: string;
}

/** The words in file names and their parts. The official files use `train` and `t10k`. */
const PART_WORDS: Readonly<Record<string, PartName>> = {
  train: "train",
  t10k: "test",
  test: "test",
  val: "validation",
  validation: "validation",
};

const IMAGES = /^(?<start>(?:.*[-_.])?(?<word>train|t10k|test|val|validation))-images[-.]idx3-ubyte(?:\.gz)?$/;

/** True if a folder contains the files of an IDX data set, by their names. */
export const isIdxFolder = (files: readonly string[]): boolean => files.some((file) => IMAGES.test(basename(file)));

/**
 * Finds the files of each part, the training part first.
 * @param files paths within the folder. Of two files of a part, a plain one precedes a compressed one, and one in the
 * folder itself precedes one in a folder of its name
 * @throws DataError for missing or ambiguous files
 */
export function findPairs(folder: string, files: readonly string[]): readonly Pair[] {
  const pairs: Pair[] = [];
  const order = [...files].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  for (const file of order) {
    const { start, word } = IMAGES.exec(basename(file))?.groups ?? {};
    const part = PART_WORDS[word ?? ""];
    if (!start || !part) continue;
    const images = join(folder, file);
    const same = pairs.find((pair) => pair.part === part);
    if (same) {
      if (`${same.images}.gz` === images) continue;
      // Some archives have a file both beside and in a folder of its name.
      if (depth(file) > 0 && plainName(same.images) === plainName(images)) continue;
      throw new DataError(
        `${folder}: both ${same.images} and ${images} are its ${part} images. Keep one of them in the folder.`,
      );
    }
    const names = ["-labels-idx1-ubyte", "-labels.idx1-ubyte"].flatMap((end) => [
      `${start}${end}`,
      `${start}${end}.gz`,
    ]);
    const labels = names.flatMap((name) => order.filter((other) => basename(other) === name))[0];
    if (!labels)
      throw new DataError(`${images}: its labels are missing. Expected ${names[0]} or ${names[1]} beside it.`);
    pairs.push({ part, images, labels: join(folder, labels) });
  }
  if (!pairs.some(({ part }) => part === "train")) {
    throw new DataError(
      `${folder}: it has no training images. Expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz.`,
    );
  }
  // The training part comes first, because it determines the classes and the size.
  return pairs.sort((a, b) => Number(b.part === "train") - Number(a.part === "train"));
}

/** Returns the number of folders above a file within the data's folder. */
const depth = (file: string): number => (dirname(file) === "." ? 0 : 1);

/** Returns the name of a file in its usual spelling, without `.gz`. */
const plainName = (file: string): string => basename(file, ".gz").replace("-images.idx3", "-images-idx3");
