import { Readable } from "node:stream";
import type { Entry } from "yauzl";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import type { Source } from "./stored-array.ts";

/** The maximum compression ratio of deflate. */
const LARGEST_RATIO = 1100;
/** The number of bytes that are read at once. */
const PIECE = 2 ** 20;
/** The maximum number of arrays in a file. */
const MOST_ENTRIES = 10_000;

/** An array in an `.npz` file. */
export interface NamedSource extends Source {
  /** The array's name, such as "x_train". */
  readonly name: string;
}

/**
 * Opens an `.npz` file: a zip file of `.npy` files, stored or compressed. The arrays are read from it piece by piece.
 * @throws DataError for another file, or a damaged one
 */
export async function openNpz(files: Files, file: string): Promise<readonly NamedSource[]> {
  const path = pathIn(files, file);
  const { default: yauzl } = await import("yauzl");
  class Reader extends yauzl.RandomAccessReader {
    // The name is that of the library.
    override _readStreamForRange(start: number, end: number): Readable {
      return Readable.from(pieces(files, file, start, end));
    }
  }
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(new Reader(), files.sizeOf(file), {
      autoClose: false,
      strictFileNames: false,
    });
    const sources: NamedSource[] = [];
    for await (const entry of zip.eachEntry()) {
      if (sources.length === MOST_ENTRIES) {
        throw new DataError(
          `${path}: it has more than ${MOST_ENTRIES} arrays. Expected fewer. Save them as one array.`,
        );
      }
      if (!entry.fileName.endsWith(".npy")) continue;
      sources.push(sourceOf(path, entry, () => zip.openReadStreamPromise(entry)));
    }
    return sources;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function sourceOf(path: string, entry: Entry, open: () => Promise<Readable>): NamedSource {
  const name = entry.fileName.slice(0, -".npy".length);
  const own = `${path}/${name}`;
  if (entry.isEncrypted()) {
    throw new DataError(`${own}: it is encrypted. Expected a file without a password. Save the arrays again.`);
  }
  return {
    name,
    path: own,
    size: entry.uncompressedSize,
    most: (entry.compressedSize + 100) * LARGEST_RATIO,
    async *open() {
      let stream: Readable | undefined;
      try {
        stream = await open();
        yield* stream;
      } catch (error) {
        throw unreadable(own, error);
      } finally {
        stream?.destroy();
      }
    },
  };
}

const unreadable = (path: string, error: unknown): Error =>
  error instanceof DataError || (error as Error).name === "AbortError"
    ? (error as Error)
    : new DataError(
        `${path}: it cannot be read as the zip file that an .npz file is: ${(error as Error).message.replace(/\.+$/, "")}. Save or download the file again.`,
      );

async function* pieces(files: Files, file: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += PIECE) {
    const piece = await files.slice(file, at, Math.min(at + PIECE, end));
    if (piece.length === 0) return;
    yield piece;
  }
}
