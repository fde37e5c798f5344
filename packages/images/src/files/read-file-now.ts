import { readFileSync } from "node:fs";
import { unreadableFile } from "./read-failure.ts";

/**
 * Reads a whole file in this thread, which waits for it. It takes a third of the time of an asynchronous call, and suits
 * threads that have nothing else to do, and a few files.
 * @throws DataError with the reason
 */
export function readFileNow(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadableFile(path, error);
  }
}
