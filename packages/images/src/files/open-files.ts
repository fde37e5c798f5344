import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { DataError } from "../error.ts";
import type { Files } from "./files.ts";
import { openFolder, readerOf } from "./open-folder.ts";
import type { SpoolPlace } from "./spool.ts";
import { isImage } from "./tree.ts";
import { treeOf } from "./tree-of.ts";

/**
 * Opens the files of a folder, of an archive, or a single file that contains many images.
 * @param skip absolute paths of folders to ignore
 * @throws DataError for a path that cannot be read, or another kind of file
 */
export async function openFiles(path: string, { skip }: OpenFilesOptions): Promise<Files> {
  if (statSync(path).isDirectory()) return openFolder(path, skip);
  if (isImage(path)) {
    throw new DataError(`${path}: this is one image. Expected the folder that contains it and the other images.`);
  }
  const only = basename(path);
  return { ...readerOf(dirname(path)), root: { name: "", path: "", tree: treeOf([only]) }, only };
}

/** The circumstances in which files are opened. */
export interface OpenFilesOptions {
  /** Absolute paths of folders to ignore. */
  readonly skip?: readonly string[] | undefined;
  /** The place of unpacked files. */
  readonly place: SpoolPlace;
}
