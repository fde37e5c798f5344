import { type Stats, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { suggest } from "@downhill/optim/nearest";
import type { OnProgress } from "../data-set/progress.ts";
import { DataError } from "../error.ts";
import { fetchDataSet } from "../fetch/fetch-data-set.ts";
import { reasonOf } from "../files/read-failure.ts";
import { type BuiltIn, builtIns } from "./built-in.ts";

/** The data of this package, beside src and dist. */
const SHIPPED = new URL("../../data/", import.meta.url);

/** A data set and its files. */
export interface FoundData {
  readonly name: string;
  /** The absolute path of a folder, of an archive, or of a file that contains many images. */
  readonly path: string;
  /** The requested name, or the absolute path. */
  readonly source: string;
  /** The built-in data set; null for other data. */
  readonly known: BuiltIn | null;
}

/**
 * Finds a data set: a built-in one in this package, in the folder of the environment variable `DOWNHILL_DATA`, or by
 * download; or any other folder or file. `./name` is a folder with the name of a built-in data set.
 * @throws DataError for a path that does not exist
 */
export async function findData(source: string, onProgress: OnProgress): Promise<FoundData> {
  const known = Object.hasOwn(builtIns, source) ? builtIns[source] : undefined;
  if (!known) {
    const path = resolve(source);
    if (statOf(path)) return { name: basename(path), path, source: path, known: null };
    const names = suggest(source, Object.keys(builtIns));
    throw new DataError(`${path}: there is no such folder or file and no built-in data set with that name: ${names}`);
  }
  if (!known.from) return { name: source, path: fileURLToPath(new URL(`${source}/`, SHIPPED)), source, known };
  const home = process.env.DOWNHILL_DATA;
  const own = home ? join(resolve(home), source) : "";
  const path = own && isFolder(own) ? own : await fetchDataSet(source, { onProgress });
  return { name: source, path, source, known };
}

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() ?? false;

/** Returns the stats of a path; undefined if nothing is there. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new DataError(`${path}: it cannot be read: ${reasonOf(error)}. Name another folder.`);
  }
}
