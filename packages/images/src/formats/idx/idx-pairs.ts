import { basename, dirname } from "node:path";
import type { PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { fileIn, type Home } from "../homes.ts";

/** The files of a part, as paths within the data. */
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
export const isIdxHome = ({ files }: Home): boolean => files.some((file) => IMAGES.test(basename(file)));

/** True for the name of an IDX file. */
export const isIdxName = (name: string): boolean => /(?:images|labels)[-.]idx[13]-ubyte/.test(name);

/**
 * Finds the files of each part, the training part first. Of two files of a part, a plain one precedes a compressed one, and
 * one in the home itself precedes one in a folder of its name.
 * @throws DataError for missing or ambiguous files
 */
export function findPairs(files: Files, home: Home): readonly Pair[] {
  const at = (file: string): string => pathIn(files, fileIn(home, file));
  const pairs: Pair[] = [];
  const order = [...home.files].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  for (const file of order) {
    const { start, word } = IMAGES.exec(basename(file))?.groups ?? {};
    const part = PART_WORDS[word ?? ""];
    if (!start || !part) continue;
    const images = fileIn(home, file);
    const same = pairs.find((pair) => pair.part === part);
    if (same) {
      if (`${same.images}.gz` === images) continue;
      // Some archives have a file both beside and in a folder of its name.
      if (depth(file) > 0 && plainName(same.images) === plainName(images)) continue;
      throw new DataError(
        `${at("")}: both ${pathIn(files, same.images)} and ${at(file)} are its ${part} images. Keep one of them in the folder.`,
      );
    }
    const names = ["-labels-idx1-ubyte", "-labels.idx1-ubyte"].flatMap((end) => [
      `${start}${end}`,
      `${start}${end}.gz`,
    ]);
    const labels = names.flatMap((name) => order.filter((other) => basename(other) === name))[0];
    if (!labels)
      throw new DataError(`${at(file)}: its labels are missing. Expected ${names[0]} or ${names[1]} beside it.`);
    pairs.push({ part, images, labels: fileIn(home, labels) });
  }
  if (!pairs.some(({ part }) => part === "train")) {
    throw new DataError(
      `${at("")}: it has no training images. Expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz.`,
    );
  }
  // The training part comes first, because it determines the classes and the size.
  return pairs.sort((a, b) => Number(b.part === "train") - Number(a.part === "train"));
}

/** Returns the number of folders above a file within the data's folder. */
const depth = (file: string): number => (dirname(file) === "." ? 0 : 1);

/** Returns the name of a file in its usual spelling, without `.gz`. */
const plainName = (file: string): string => basename(file, ".gz").replace("-images.idx3", "-images-idx3");
