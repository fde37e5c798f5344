import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataError } from "../error.ts";
import { type Files, pathIn } from "./files.ts";
import { unzstd, ZSTD } from "./unzstd.ts";

/** The first two bytes of every gzip file. */
const GZIP = [0x1f, 0x8b];

/** The compression of a file. */
export type Compression = "gzip" | "zstd";

/** Returns the compression of a file by its first bytes; null for none. */
export function compressionOf(start: Uint8Array): Compression | null {
  const begins = (bytes: readonly number[]): boolean => bytes.every((byte, i) => start[i] === byte);
  if (begins(GZIP)) return "gzip";
  return begins(ZSTD) ? "zstd" : null;
}

/**
 * Reads a file's bytes piece by piece. A gzip or Zstandard file is decompressed, whatever its name.
 * @throws DataError if the file cannot be read, or its compressed data are truncated or damaged
 */
export async function* readStream(files: Omit<Files, "root">, file: string): AsyncGenerator<Uint8Array> {
  const compression = compressionOf(await files.slice(file, 0, ZSTD.length));
  const stream = files.stream(file);
  if (compression === "gzip") yield* inflated(stream, pathIn(files, file));
  else if (compression === "zstd") yield* unzstd(stream, pathIn(files, file));
  else yield* stream;
}

async function* inflated(stream: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const source = Readable.from(stream);
  const unpack = createGunzip({ chunkSize: 2 ** 18 });
  // Errors do not pass through a pipe by themselves.
  source.on("error", (error) => unpack.destroy(error)).pipe(unpack);
  let bytes = 0;
  try {
    for await (const piece of unpack) {
      bytes += (piece as Uint8Array).length;
      yield piece as Uint8Array;
    }
  } catch (error) {
    throw damaged(path, error as NodeJS.ErrnoException, bytes);
  } finally {
    source.destroy();
    unpack.destroy();
  }
}

function damaged(path: string, error: NodeJS.ErrnoException, bytes: number): Error {
  if (error.code === "Z_BUF_ERROR") {
    return new DataError(
      `${path}: its gzip data are truncated after ${bytes} unpacked bytes. Download the file again.`,
    );
  }
  // The reason of an aborted signal has a number there.
  if (!String(error.code).startsWith("Z_")) return error;
  return new DataError(
    `${path}: its gzip data are damaged after ${bytes} unpacked bytes (${error.message}). Download the file again.`,
  );
}
