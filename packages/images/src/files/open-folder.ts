import { createReadStream, statSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Files } from "./files.ts";
import { unreadableFile } from "./read-failure.ts";
import { readTree } from "./read-tree.ts";

/** The number of bytes that are read at once. */
const PIECE = 2 ** 20;

/**
 * Opens the files of a folder on the disk.
 * @param skip absolute paths of folders to ignore
 * @throws DataError for a folder that cannot be read, or whose name is not valid UTF-8
 */
export const openFolder = (folder: string, skip: readonly string[] = []): Files => ({
  ...readerOf(folder),
  root: { name: "", path: "", tree: readTree(folder, skip) },
});

/** Returns the functions that read files in a folder on the disk. */
export function readerOf(folder: string): Omit<Files, "root"> {
  const attempt = async <T>(file: string, act: (path: string) => Promise<T>): Promise<T> => {
    const path = join(folder, file);
    try {
      return await act(path);
    } catch (error) {
      throw unreadableFile(path, error);
    }
  };
  return {
    path: folder,
    isOnDisk: true,
    sizeOf(file) {
      const path = join(folder, file);
      try {
        return statSync(path).size;
      } catch (error) {
        throw unreadableFile(path, error);
      }
    },
    read: (file) => attempt(file, (path) => readFile(path)),
    slice: (file, from, to) =>
      attempt(file, async (path) => {
        const handle = await open(path);
        try {
          const bytes = new Uint8Array(Math.max(0, to - from));
          let done = 0;
          while (done < bytes.length) {
            const { bytesRead } = await handle.read(bytes, done, bytes.length - done, from + done);
            if (bytesRead === 0) break;
            done += bytesRead;
          }
          return bytes.subarray(0, done);
        } finally {
          await handle.close();
        }
      }),
    async *stream(file) {
      const path = join(folder, file);
      const pieces = createReadStream(path, { highWaterMark: PIECE });
      try {
        yield* pieces;
      } catch (error) {
        throw unreadableFile(path, error);
      } finally {
        pieces.destroy();
      }
    },
    async close() {},
  };
}
