import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "../error.ts";
import { isJunk } from "../files/junk.ts";
import { reasonOf } from "../files/read-failure.ts";

/** The names of IDX and CIFAR files. Some archives contain folders with these names around the files. */
const DATA_NAMES = /(?:images|labels)[-.]idx[13]-ubyte|^(?:data_batch_\d+|test_batch|train|test)\.bin$/;

/** A folder that may hold IDX or CIFAR files. */
export interface DataHome {
  readonly folder: string;
  /** The regular files in it and in its subfolders with such names, as sorted paths within it. */
  readonly files: readonly string[];
}

/** Returns a folder, and its subfolders with their folders `raw`, where archives and other tools put the files. */
export function homesIn(folder: string): { readonly own: DataHome; readonly inner: readonly DataHome[] } {
  const own = homeOf(folder);
  const inner = foldersIn(folder).flatMap((name) => [join(folder, name), join(folder, name, "raw")]);
  return { own, inner: inner.filter(isFolder).map(homeOf) };
}

function homeOf(folder: string): DataHome {
  const nested = foldersIn(folder).filter((name) => DATA_NAMES.test(name));
  const files = nested.flatMap((name) => filesIn(join(folder, name)).map((file) => join(name, file)));
  return { folder, files: [...filesIn(folder), ...files].sort() };
}

const filesIn = (folder: string): readonly string[] => namesOf(folder, (stats) => stats.isFile());
const foldersIn = (folder: string): readonly string[] => namesOf(folder, (stats) => stats.isDirectory());

function namesOf(
  folder: string,
  accepts: (stats: Pick<Dirent, "isFile" | "isDirectory">) => boolean,
): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new DataError(
      `${folder}: the folder cannot be read: ${reasonOf(error)}. Make it readable, or move it out of the data.`,
    );
  }
  return entries
    .filter(
      (entry) =>
        !isJunk(entry.name) && accepts(entry.isSymbolicLink() ? (follow(join(folder, entry.name)) ?? entry) : entry),
    )
    .map(({ name }) => name);
}

const isFolder = (path: string): boolean => follow(path)?.isDirectory() ?? false;

function follow(path: string) {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
