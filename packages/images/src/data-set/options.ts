import { join } from "node:path";
import { suggest } from "@downhill/optim/nearest";
import { cacheFolder } from "../cache/cache-folder.ts";
import { DataError } from "../error.ts";

/** Options of `openDataSet`. */
export interface DataOptions {
  /**
   * The share of the training images that becomes the validation part, from 0 to below 1. The split depends on the seed
   * and keeps the proportions of the classes. Default: 0 if the data have a test or validation part, else 0.2.
   */
  readonly validationShare?: number;
  /** The random seed of the split and of the limits; default 0. */
  readonly seed?: number;
  /**
   * The size to which images of a folder are resized, in pixels: [height, width], or one number for both. Default: chosen
   * from the sizes of the images.
   */
  readonly imageSize?: number | readonly [height: number, width: number];
  /** The number of channels of a folder's images. Default: 1 if all images are gray, else 3. */
  readonly channels?: 1 | 3;
  /**
   * Folders within the data whose subfolders are the classes of the training part; "." is the data's own folder. These
   * replace the folders that are recognized by name. Without a `trainFolder`, the remaining folders are read as usual.
   */
  readonly trainFolder?: string | readonly string[];
  /** Folders of the validation part, as for `trainFolder`. */
  readonly validationFolder?: string | readonly string[];
  /** Folders of the test part, as for `trainFolder`. */
  readonly testFolder?: string | readonly string[];
  /**
   * The classes that labels refer to, in label order, such as those of a trained model. Some of them may be absent from
   * the data, but the data may contain no others. Names are compared after Unicode normalization. Default: the data's own.
   */
  readonly classes?: readonly string[];
  /** Folders within the data that are ignored, such as the folder of the run to come. */
  readonly skip?: readonly string[];
  /** The folder for decoded images. Default: `decoded` in the user's cache folder (`cacheFolder()`). */
  readonly cache?: string;
  /** The maximum number of training images, chosen by seed with the classes in proportion. Default: all. */
  readonly trainLimit?: number;
  /** The maximum number of test images, chosen like the training images. Default: all. */
  readonly testLimit?: number;
  /** The maximum number of bytes of decoded images in memory; larger sets are read from the cache file. Default: 1 GiB. */
  readonly memoryLimit?: number;
}

const FOLDERS = "the path of a folder within the data, or a list of such paths";

/** The expected value of each option, in words, and its check. */
const OPTIONS: Readonly<Record<keyof DataOptions, readonly [expected: string, accepts: (value: unknown) => boolean]>> =
  {
    validationShare: ["a number from 0 to below 1", (value) => typeof value === "number" && value >= 0 && value < 1],
    seed: ["a whole number", Number.isSafeInteger],
    imageSize: [
      "a whole number of pixels from 1 to 4096, or [height, width]",
      (value) => isSide(value) || (Array.isArray(value) && value.length === 2 && value.every(isSide)),
    ],
    channels: ["1 or 3", (value) => value === 1 || value === 3],
    cache: ["the path of a folder", isText],
    trainLimit: ["a whole number of at least 1", isCount],
    testLimit: ["a whole number of at least 1", isCount],
    trainFolder: [FOLDERS, isFolders],
    validationFolder: [FOLDERS, isFolders],
    testFolder: [FOLDERS, isFolders],
    classes: ["a list of names", isTexts],
    skip: ["a list of folders", isTexts],
    memoryLimit: ["a number of bytes", (value) => typeof value === "number" && value >= 0],
  };

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isTexts(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isText);
}

function isFolders(value: unknown): boolean {
  return isText(value) || (isTexts(value) && value.length > 0);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}

function isSide(value: unknown): boolean {
  return isCount(value) && value <= 4096;
}

/** Checks the names and values of options. @throws DataError that names the option, its value and the expected value */
export function checkOptions(options: DataOptions): void {
  const known = Object.keys(OPTIONS);
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) throw new DataError(`openDataSet: unknown option '${name}': ${suggest(name, known)}`);
    const [expected, accepts] = OPTIONS[name as keyof DataOptions];
    if (value !== undefined && !accepts(value)) {
      throw new DataError(`openDataSet: ${name} = ${JSON.stringify(value)}: expected ${expected}`);
    }
  }
}

/** Returns the default folder for decoded images. */
export const decodedFolder = (): string => join(cacheFolder(), "decoded");

/** The default of `memoryLimit`, in bytes. */
export const MEMORY_LIMIT = 2 ** 30;
