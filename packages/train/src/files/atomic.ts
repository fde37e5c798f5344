import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { intoFolder } from "./on-disk.ts";

/** Suffix of incomplete files. A killed process leaves them behind. */
export const UNFINISHED = ".unfinished";

/**
 * Writes a file atomically: under a temporary name, synced to the disk, then renamed.
 * @throws TrainError if the disk is full or read-only, or the folder was removed; an existing file stays unchanged
 */
export function writeAtomically(path: string, parts: string | Uint8Array | Iterable<Uint8Array>): void {
  intoFolder(path, () => {
    const unfinished = `${path}${UNFINISHED}`;
    try {
      const file = openSync(unfinished, "w");
      try {
        for (const part of asBytes(parts)) writeWhole(file, part);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, path);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/** Creates a folder in an existing one, unless it exists. */
export function makeFolderIn(path: string): void {
  if (!existsSync(path)) intoFolder(path, () => mkdirSync(path));
}

/** Writes all bytes. A single call may write fewer, for example on a nearly full disk. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

const asBytes = (parts: string | Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> => {
  if (typeof parts === "string") return [new TextEncoder().encode(parts)];
  return parts instanceof Uint8Array ? [parts] : parts;
};

/** Syncs a folder, without which a rename may not reach the disk. Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
