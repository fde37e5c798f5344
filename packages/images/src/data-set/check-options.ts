import { join } from "node:path";
import { suggest } from "@downhill/optim/nearest";
import { cacheFolder } from "../cache/cache-folder.ts";
import { DataError } from "../error.ts";
import { FORMAT_NAMES } from "../formats/format-names.ts";
import { compilePattern } from "../formats/name-pattern/compile-pattern.ts";
import type { DataOptions } from "./options.ts";

const FOLDERS = "the path of a folder within the data, or a list of such paths";

/** The expected value of each option, in words, and its check. */
const OPTIONS: Readonly<Record<keyof DataOptions, readonly [expected: string, accepts: (value: unknown) => boolean]>> =
  {
    dataFormat: [`one of ${FORMAT_NAMES.join(", ")}`, (value) => FORMAT_NAMES.some((name) => name === value)],
    validationShare: ["a number from 0 to below 1", (value) => typeof value === "number" && value >= 0 && value < 1],
    seed: ["a whole number", Number.isSafeInteger],
    imageSize: [
      "a whole number of pixels from 1 to 4096, or [height, width]",
      (value) => isSide(value) || (Array.isArray(value) && value.length === 2 && value.every(isSide)),
    ],
    channels: ["1 or 3", (value) => value === 1 || value === 3],
    bands: [
      "a list of one or three band numbers, each at least 1",
      (value) => Array.isArray(value) && (value.length === 1 || value.length === 3) && value.every(isCount),
    ],
    valueRange: [
      "a list of two different numbers, black and white",
      (value) => Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] !== value[1],
    ],
    cache: ["the path of a folder", isText],
    trainLimit: ["a whole number of at least 1", isCount],
    testLimit: ["a whole number of at least 1", isCount],
    trainFolder: [FOLDERS, isFolders],
    validationFolder: [FOLDERS, isFolders],
    testFolder: [FOLDERS, isFolders],
    fold: ["a whole number of at least 0", (value) => value === 0 || isCount(value)],
    folds: ['a whole number of at least 2, or "all"', (value) => value === "all" || (isCount(value) && value !== 1)],
    classLevel: ["a whole number of at least 1", isCount],
    labels: ["the path of a table, or a list of such paths", isFolders],
    labelColumn: ["the name of a column, or a list of names", isFolders],
    imageColumn: ["the name of a column", isText],
    splitColumn: ["the name of a column", isText],
    labelPattern: ["a regular expression with a group for the label, such as ^(.+)_\\d+", isLabelPattern],
    classes: ["a list of names", isTexts],
    skip: ["a list of folders", isTexts],
    signal: ["an AbortSignal", (value) => value instanceof AbortSignal],
    memoryLimit: ["a number of bytes", (value) => typeof value === "number" && value >= 0],
  };

/** True for a regular expression with a group, by which `labelPattern` finds labels in names. */
export function isLabelPattern(value: unknown): value is string {
  try {
    compilePattern(String(value));
    return isText(value);
  } catch {
    return false;
  }
}

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

/** Checks options, and that a number of folds comes with a fold. @throws DataError as {@link checkValues} does */
export function checkOptions(options: DataOptions): void {
  checkValues(options);
  const { fold, folds } = options;
  if (folds === undefined || fold !== undefined) return;
  throw new DataError(
    `folds = ${JSON.stringify(folds)}, but no fold is chosen. Expected the fold that is the test part.`,
    [{ options: { fold: 1 }, purpose: "test on fold 1" }],
  );
}

/** Checks the names and values of options. @throws DataError that names the option, its value and the expected value */
export function checkValues(options: DataOptions): void {
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
