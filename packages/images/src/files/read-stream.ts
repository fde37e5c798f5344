import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { DataError } from "../error.ts";
import { reasonOf } from "./read-failure.ts";

/** The first two bytes of every gzip file. */
const GZIP = [0x1f, 0x8b];

/**
 * Reads a file's bytes piece by piece. A gzip file is unpacked, whatever its name.
 * @throws DataError if the file cannot be read, or its gzip data are truncated or damaged
 */
export async function* readStream(path: string): AsyncGenerator<Uint8Array> {
  const zipped = await isGzip(path);
  const file = createReadStream(path, { highWaterMark: 2 ** 20 });
  const unpack = zipped ? createGunzip({ chunkSize: 2 ** 18 }) : null;
  // Errors do not pass through a pipe by themselves.
  if (unpack) file.on("error", (error) => unpack.destroy(error)).pipe(unpack);
  let bytes = 0;
  try {
    for await (const piece of unpack ?? file) {
      bytes += (piece as Uint8Array).length;
      yield piece as Uint8Array;
    }
  } catch (error) {
    throw unreadable(path, error, bytes);
  } finally {
    file.destroy();
    unpack?.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const start = Buffer.alloc(2);
  try {
    const file = await open(path);
    try {
      await file.read(start, 0, 2, 0);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw unreadable(path, error, 0);
  }
  return GZIP.every((byte, i) => start[i] === byte);
}

function unreadable(path: string, error: unknown, bytes: number): Error {
  if (error instanceof DataError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR") {
    return new DataError(
      `${path}: its gzip data are truncated after ${bytes} unpacked bytes. Download the file again.`,
    );
  }
  if (code?.startsWith("Z_")) {
    return new DataError(
      `${path}: its gzip data are damaged after ${bytes} unpacked bytes (${message}). Download the file again.`,
    );
  }
  return code ? new DataError(`${path}: it cannot be read: ${reasonOf(error)}`) : (error as Error);
}
