import { Readable } from "node:stream";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { readStream } from "../../files/read-stream.ts";

/** A file in a shard. */
export interface ShardEntry {
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/** The maximum size of a file in a shard, in bytes. */
const LARGEST = 2 ** 30;

/** Reads the files of a tar file, plain or with gzip, in order. Each must be read before the next one. @throws DataError for a damaged file */
export async function* tarEntries(files: Files, file: string): AsyncGenerator<ShardEntry> {
  const path = pathIn(files, file);
  const { extract } = await import("tar-stream");
  const source = Readable.from(readStream(files, file));
  const unpack = extract();
  // The iteration throws errors; one after its end, when nobody reads on, has no meaning.
  unpack.on("error", () => {});
  // Errors do not pass through a pipe by themselves.
  source.on("error", (error) => unpack.destroy(error)).pipe(unpack);
  try {
    for await (const entry of unpack) {
      const { name, type, size = 0 } = entry.header;
      let isRead = type !== "file" && type !== "contiguous-file";
      if (!isRead) {
        if (size > LARGEST) {
          throw new DataError(
            `${path}: its file ${name} has ${size} bytes. Expected at most ${LARGEST}. Make it smaller.`,
          );
        }
        yield {
          name,
          async read() {
            isRead = true;
            const pieces: Uint8Array[] = [];
            try {
              for await (const piece of entry) pieces.push(piece as Uint8Array);
            } catch (error) {
              throw damaged(path, error);
            }
            return Buffer.concat(pieces);
          },
        };
      }
      entry.resume();
    }
  } catch (error) {
    throw damaged(path, error);
  } finally {
    source.destroy();
    unpack.destroy();
  }
}

/** Returns the error for a file that is no tar file, or is truncated; other errors unchanged. */
const damaged = (path: string, error: unknown): unknown =>
  error instanceof DataError || (error as Error).name === "AbortError"
    ? error
    : new DataError(`${path}: it cannot be read as a tar file: ${(error as Error).message}. Download the file again.`);
