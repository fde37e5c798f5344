import { type Stats, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { suggest } from "@downhill/optim/nearest";
import type { OnProgress } from "../data-set/progress.ts";
import { DataError } from "../error.ts";
import { fetchDataSet } from "../fetch/fetch-data-set.ts";
import { reasonOf } from "../files/read-failure.ts";
import { type BuiltIn, builtIns } from "./built-in.ts";

/** What comes with this package; beside src and dist. */
const SHIPPED = new URL("../../data/", import.meta.url);

/** Where a data set is. */
export interface FoundData {
  readonly name: string;
  readonly folder: string;
  /** What was asked for, made absolute where it is a folder. */
  readonly source: string;
  /** Null for a folder: it has them. */
  readonly known: BuiltIn | null;
}

/**
 * Finds a data set: by its name, in the package, in the folder of the environment's `DOWNHILL_DATA`, or fetched; or as a
 * folder. A folder of such a name is meant by `./name`.
 */
export async function findData(source: string, onProgress: OnProgress): Promise<FoundData> {
  const known = Object.hasOwn(builtIns, source) ? builtIns[source] : undefined;
  if (!known) {
    const folder = resolve(source);
    const found = look(folder);
    if (found?.isDirectory()) return { name: basename(folder), folder, source: folder, known: null };
    if (found) throw new DataError(`${folder}: this is a file: expected the folder that it is in`);
    const names = suggest(source, Object.keys(builtIns));
    throw new DataError(`${folder}: there is no such folder, and no data set of that name: ${names}`);
  }
  if (!known.from) return { name: source, folder: fileURLToPath(new URL(`${source}/`, SHIPPED)), source, known };
  const home = process.env.DOWNHILL_DATA;
  const own = home ? join(resolve(home), source) : "";
  const folder = own && isFolder(own) ? own : await fetchDataSet(source, { onProgress });
  return { name: source, folder, source, known };
}

const isFolder = (path: string): boolean => look(path)?.isDirectory() ?? false;

/** What is at a path; undefined where nothing is. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new DataError(`${path}: it cannot be read: ${reasonOf(error)}. Name another folder.`);
  }
}
