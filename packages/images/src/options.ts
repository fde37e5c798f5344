import { join } from "node:path";
import { suggest } from "@downhill/optim/nearest";
import { cacheFolder } from "./cache/cache-folder.ts";
import { DataError } from "./error.ts";
import type { DataOptions } from "./types.ts";

const FOLDERS = "the path of a folder within the data, or a list of such paths";

/** Checks of options: what they must be, in words, and whether they are. */
const OPTIONS: Readonly<Record<keyof DataOptions, readonly [expected: string, accepts: (value: unknown) => boolean]>> =
  {
    validationShare: ["a number from 0 to below 1", (value) => typeof value === "number" && value >= 0 && value < 1],
    seed: ["a whole number", Number.isSafeInteger],
    imageSize: [
      "a whole number of pixels from 1 to 4096, or [height, width]",
      (value) => isSide(value) || (Array.isArray(value) && value.length === 2 && value.every(isSide)),
    ],
    channels: ["1 or 3", (value) => value === 1 || value === 3],
    cache: ["the path of a folder", (value) => typeof value === "string" && value !== ""],
    trainLimit: ["a whole number of at least 1", isCount],
    testLimit: ["a whole number of at least 1", isCount],
    trainFolder: [FOLDERS, isFolders],
    validationFolder: [FOLDERS, isFolders],
    testFolder: [FOLDERS, isFolders],
    classes: ["a list of names", isTexts],
    skip: ["a list of folders", isTexts],
    memoryLimit: ["a number of bytes", (value) => typeof value === "number" && value >= 0],
  };

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string" && text !== "");
}

function isFolders(value: unknown): boolean {
  return isTexts(typeof value === "string" ? [value] : value) && value !== "" && (value as string).length > 0;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isSide(value: unknown): boolean {
  return isCount(value) && (value as number) <= 4096;
}

/** @throws DataError that names the option, its value and what was expected */
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

/** Where decoded images are kept, if nothing else is said. */
export const decodedFolder = (): string => join(cacheFolder(), "decoded");

/** Decoded images of so many bytes are kept in memory. */
export const MEMORY_LIMIT = 2 ** 30;
