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

/** A data set and its folder. */
export interface FoundData {
  readonly name: string;
  readonly folder: string;
  /** The requested name, or the absolute path of a folder. */
  readonly source: string;
  /** The built-in data set; null for a folder. */
  readonly known: BuiltIn | null;
}

/**
 * Finds a data set: a built-in one in this package, in the folder of the environment variable `DOWNHILL_DATA`, or by
 * download; or any other folder. `./name` is a folder with the name of a built-in data set.
 * @throws DataError for a folder that does not exist
 */
export async function findData(source: string, onProgress: OnProgress): Promise<FoundData> {
  const known = Object.hasOwn(builtIns, source) ? builtIns[source] : undefined;
  if (!known) {
    const folder = resolve(source);
    const found = statOf(folder);
    if (found?.isDirectory()) return { name: basename(folder), folder, source: folder, known: null };
    if (found) throw new DataError(`${folder}: this is a file. Expected the folder that contains it.`);
    const names = suggest(source, Object.keys(builtIns));
    throw new DataError(`${folder}: there is no such folder and no built-in data set with that name: ${names}`);
  }
  if (!known.from) return { name: source, folder: fileURLToPath(new URL(`${source}/`, SHIPPED)), source, known };
  const home = process.env.DOWNHILL_DATA;
  const own = home ? join(resolve(home), source) : "";
  const folder = own && isFolder(own) ? own : await fetchDataSet(source, { onProgress });
  return { name: source, folder, source, known };
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
