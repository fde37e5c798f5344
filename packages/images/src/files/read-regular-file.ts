import { readFile, stat } from "node:fs/promises";
import { DataError } from "../error.ts";
import { reasonOf } from "./read-failure.ts";

/**
 * Reads a whole file. Pipes and devices, which may never end, are refused.
 * @throws DataError with the reason
 */
export async function readRegularFile(path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    if (stats.isFile()) return await readFile(path);
    const what = stats.isDirectory() ? "a folder" : "a pipe, socket or device";
    throw new DataError(`${path}: it is ${what}. Expected a file.`);
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(`${path}: it cannot be read: ${reasonOf(error)}`);
  }
}
