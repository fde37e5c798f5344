import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { intoFolder } from "./on-disk.ts";

/** What ends the names of files that are not whole yet. A killed process leaves them behind. */
export const UNFINISHED = ".unfinished";

/**
 * Writes a file so that its name never stands for half of it: to a name of its own, through to the disk, then renamed.
 * @throws TrainError where the disk is full or read-only, or the folder was removed; what was there before is then still there
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

/** Makes a folder in one that is there; nothing where it is there already. */
export function makeFolderIn(path: string): void {
  if (!existsSync(path)) intoFolder(path, () => mkdirSync(path));
}

/** Writes all bytes: one call may write fewer, as on a disk that is nearly full. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

const asBytes = (parts: string | Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> => {
  if (typeof parts === "string") return [new TextEncoder().encode(parts)];
  return parts instanceof Uint8Array ? [parts] : parts;
};

/** A rename is on the disk when its folder is; Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
