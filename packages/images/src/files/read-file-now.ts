import { readFileSync } from "node:fs";
import { unreadableFile } from "./read-failure.ts";

/**
 * Reads a whole file in this thread, which waits for it: for threads that have nothing else to do. It takes a third of the
 * time of an asynchronous call.
 * @throws DataError with the reason
 */
export function readFileNow(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadableFile(path, error);
  }
}
