import { randomUUID } from "node:crypto";
import { closeSync, openSync, renameSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, UNFINISHED } from "../cache/cache-folder.ts";

/** A file of the cache that is renamed once it is complete. */
export interface UnfinishedFile {
  readonly path: string;
  readonly descriptor: number;
}

/** Creates a file in a cache. @param bytes its size to come, to refuse a disk without room at once */
export function newCacheFile(cache: string, bytes: number): UnfinishedFile {
  makeFolder(cache);
  const { bavail, bsize } = statfsSync(cache);
  if (bytes > bavail * bsize) throw new Error(`${bytes} bytes are needed, and ${bavail * bsize} are free`);
  const path = join(cache, `${randomUUID()}${UNFINISHED}`);
  return { path, descriptor: openSync(path, "w+") };
}

/**
 * Appends the last pieces, and then renames the file, so that no partial file has the name. It may not be on the disk yet:
 * a file that a crash of the system damages has another hash, and is made again.
 */
export function completeCacheFile(
  file: UnfinishedFile,
  path: string,
  pieces: readonly Uint8Array[],
  from: number,
): true {
  let at = from;
  for (const piece of pieces) {
    writeWhole(file.descriptor, piece, at);
    at += piece.length;
  }
  renameSync(file.path, path);
  closeSync(file.descriptor);
  return true;
}

export function removeCacheFile({ path, descriptor }: UnfinishedFile): void {
  closeSync(descriptor);
  rmSync(path, { force: true });
}

export function writeWhole(file: number, bytes: Uint8Array, position: number): true {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
  return true;
}

/** Returns the note for the report about a cache that cannot be written. */
export const withoutCache = (cache: string, error: unknown): string =>
  `The cache ${cache} cannot be written (${(error as Error).message}), so nothing is kept in it.`;
