import { existsSync } from "node:fs";
import { join } from "node:path";
import { suggest } from "@downhill/optim/nearest";
import { cacheFolder } from "../cache/cache-folder.ts";
import type { OnProgress } from "../data-set/progress.ts";
import { DataError } from "../error.ts";
import { type BuiltIn, builtIns } from "../names/built-in.ts";
import { fetchOfficial } from "./fetch-official.ts";

export interface FetchDataSetOptions {
  /** The folder of data sets. Default: `data` in the user's cache folder (`cacheFolder()`). */
  readonly folder?: string;
  /** Where the files are instead of their official place, ending with a slash: a mirror, or a test. */
  readonly base?: string;
  readonly onProgress?: OnProgress;
  /** Milliseconds before a broken download goes on; default 1000. */
  readonly pause?: number;
}

/**
 * Fetches a data set by name, unless it is there already. A download that broke off goes on where it stopped.
 * @returns the data set's folder
 * @throws DataError for an unknown name, where the network fails, and where a file's SHA-256 is not the one it must have
 * @example await fetchDataSet("cifar10", { onProgress: ({ what, done, total }) => console.error(what, done, total) });
 */
export async function fetchDataSet(name: string, options: FetchDataSetOptions = {}): Promise<string> {
  const { folder = join(cacheFolder(), "data") } = options;
  const known = Object.hasOwn(builtIns, name) ? (builtIns[name] as BuiltIn) : undefined;
  if (!known) throw new DataError(`fetch: unknown data set '${name}': ${suggest(name, Object.keys(builtIns))}`);
  if (!known.from) throw new DataError(`fetch: '${name}' comes with Downhill: it needs no fetching`);
  const home = join(folder, name);
  if (existsSync(home)) return home;
  const from = { ...known.from, base: options.base ?? known.from.base };
  await fetchOfficial(from, home, options).catch((error: Error) => {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${error.message}; or set DOWNHILL_DATA to a folder that has ${name}`);
  });
  return home;
}
