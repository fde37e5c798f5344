import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { builtIns } from "@downhill/images";
import { suggest } from "@downhill/optim/nearest";
import { UsageError } from "../usage-error.ts";

/** The data sets that have names. */
export const DATA_NAMES: readonly string[] = Object.keys(builtIns);

const ARCHIVE = /\.(?:zip|tar|t?gz|tar\.\w+|7z|rar)$/i;

/**
 * What a command was told to take its images from: a name, or else a folder, from wherever the command was given.
 * @throws UsageError where it is neither
 */
export function dataArgument(text: string): string {
  if (DATA_NAMES.includes(text)) return text;
  if (existsSync(text)) {
    if (statSync(text).isDirectory()) return resolve(text);
    const remedy = ARCHIVE.test(text) ? ". Unpack it, and name the folder" : "";
    throw new UsageError(`${text}: it is a file: expected a folder of images, or a data set's name${remedy}`);
  }
  throw new UsageError(`${text}: there is no such folder, and no data set of that name: ${suggest(text, DATA_NAMES)}`);
}

/**
 * The name of a data set.
 * @throws UsageError for one that is not known, with the nearest
 */
export function dataName(text: string): string {
  if (DATA_NAMES.includes(text)) return text;
  throw new UsageError(`${text}: there is no data set of that name: ${suggest(text, DATA_NAMES)}`);
}
