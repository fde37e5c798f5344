import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { OnProgress } from "../data-set/progress.ts";
import { DataError } from "../error.ts";
import type { PoolPlace } from "../pool/pool-writer.ts";
import { openArchive } from "./archive/open-archive.ts";
import type { Files } from "./files.ts";
import { openFolder, readerOf } from "./open-folder.ts";
import { Spool } from "./spool.ts";
import { isImage } from "./tree.ts";
import { treeOf } from "./tree-of.ts";

/** The circumstances in which files are opened. */
export interface OpenFilesOptions {
  /** Absolute paths of folders to ignore. */
  readonly skip?: readonly string[] | undefined;
  /** The place of unpacked files, and of notes for the report. */
  readonly place: PoolPlace;
  readonly onProgress: OnProgress;
  /** Ends the opening when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the files of a folder, of an archive, or a single file that contains many images.
 * @throws DataError for a path that cannot be read, or another kind of file
 */
export async function openFiles(path: string, { skip, place, ...context }: OpenFilesOptions): Promise<Files> {
  const stats = statSync(path);
  if (stats.isDirectory()) return openFolder(path, skip);
  if (isImage(path)) {
    throw new DataError(`${path}: this is one image. Expected the folder that contains it and the other images.`);
  }
  const only = basename(path);
  const single: Files = { ...readerOf(dirname(path)), root: { name: "", path: "", tree: treeOf([only]) }, only };
  // A pipe or device may have no end.
  if (!stats.isFile()) return single;
  const spool = new Spool(place);
  try {
    const archive = await openArchive(single, only, { spool, note: place.note, ...context });
    if (archive) return closingBoth(archive, spool);
  } catch (error) {
    spool.close();
    throw error;
  }
  spool.close();
  return single;
}

const closingBoth = (archive: Files, spool: Spool): Files => ({
  ...archive,
  async close() {
    spool.close();
    await archive.close();
  },
});
