import { readFile, stat } from "node:fs/promises";
import { DataError } from "../error.ts";
import { reasonOf } from "./read-failure.ts";

/**
 * Reads a file whole. Pipes and devices, which may never end, are not read.
 * @throws DataError with the reason in words
 */
export async function readRegularFile(path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    if (stats.isFile()) return await readFile(path);
    const what = stats.isDirectory() ? "a folder" : "a pipe, socket or device";
    throw new DataError(`${path}: it is ${what}: expected a file.`);
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(`${path}: it cannot be read: ${reasonOf(error)}`);
  }
}
