import { existsSync } from "node:fs";
import { join } from "node:path";
import { suggest } from "@downhill/optim/nearest";
import { cacheFolder } from "../cache/cache-folder.ts";
import type { OnProgress } from "../data-set/progress.ts";
import { DataError } from "../error.ts";
import { type BuiltIn, builtIns } from "../names/built-in.ts";
import { fetchOfficial } from "./fetch-official.ts";

/** Options of `fetchDataSet`. */
export interface FetchDataSetOptions {
  /** The folder of data sets. Default: `data` in the user's cache folder (`cacheFolder()`). */
  readonly folder?: string;
  /** The URL of a mirror of the files, ending with a slash. Default: the official source. */
  readonly base?: string;
  readonly onProgress?: OnProgress;
  /** The number of milliseconds before a broken download is resumed; default 1000. */
  readonly pause?: number;
}

/**
 * Downloads a data set by name, unless it is already there. A partial download is resumed.
 * @returns the data set's folder
 * @throws DataError for an unknown name, if the network fails, or if a file's SHA-256 differs from the known one
 * @example await fetchDataSet("cifar10", { onProgress: ({ what, done, total }) => console.error(what, done, total) });
 */
export async function fetchDataSet(name: string, options: FetchDataSetOptions = {}): Promise<string> {
  const { folder = join(cacheFolder(), "data") } = options;
  const known = Object.hasOwn(builtIns, name) ? (builtIns[name] as BuiltIn) : undefined;
  if (!known) throw new DataError(`fetch: unknown data set '${name}': ${suggest(name, Object.keys(builtIns))}`);
  if (!known.from) throw new DataError(`fetch: '${name}' is part of Downhill. It needs no download.`);
  const home = join(folder, name);
  if (existsSync(home)) return home;
  const from = { ...known.from, base: options.base ?? known.from.base };
  await fetchOfficial(from, home, options).catch((error: Error) => {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${error.message} Or set DOWNHILL_DATA to a folder that contains ${name}.`);
  });
  return home;
}
