import { join } from "node:path";
import { DataError } from "../../error.ts";
import type { Files } from "../files.ts";
import { treeOf } from "../tree-of.ts";

/** The number of bytes that are read at once. */
const PIECE = 2 ** 20;

/** The maximum number of bytes that are read into memory as a whole. Images are far smaller. */
const LARGEST_WHOLE = 2 ** 30;

/** A file of an archive. */
export interface Sized {
  /** The number of its bytes. */
  readonly length: number;
}

/**
 * Returns the files of an archive whose bytes can be read from any position.
 * @param archive the archive's path
 * @param files the files by their paths
 * @param slice reads bytes of a file, from a position to before another one; both are within the file
 * @param whole reads the whole file; default: by `slice`
 */
export function filesAt<T extends Sized>(
  archive: string,
  files: ReadonlyMap<string, T>,
  slice: (file: T, from: number, to: number, path: string) => Promise<Uint8Array>,
  { whole, stream, close = async () => {} }: Readers<T> = {},
): Files {
  const find = (path: string): T => {
    const file = files.get(path);
    if (!file) throw new DataError(`${join(archive, path)}: there is no such file in the archive.`);
    return file;
  };
  const exactly = async (path: string, from: number, to: number): Promise<Uint8Array> => {
    const file = find(path);
    const end = Math.min(to, file.length);
    if (from >= end) return new Uint8Array(0);
    const bytes = await slice(file, from, end, path);
    if (bytes.length === end - from) return bytes;
    throw new DataError(`${join(archive, path)}: the archive is truncated. Download it again.`);
  };
  return {
    path: archive,
    root: { name: "", path: "", tree: treeOf(files.keys()) },
    sizeOf: (path) => find(path).length,
    async read(path) {
      const file = find(path);
      if (file.length > LARGEST_WHOLE) {
        throw new DataError(
          `${join(archive, path)}: it has ${file.length} bytes. Expected at most ${LARGEST_WHOLE} for one image.`,
        );
      }
      return whole ? whole(file, path) : exactly(path, 0, file.length);
    },
    slice: exactly,
    async *stream(path) {
      const file = find(path);
      if (stream) yield* stream(file, path);
      else for (let at = 0; at < file.length; at += PIECE) yield await exactly(path, at, at + PIECE);
    },
    close,
  };
}

/** The readers of an archive whose files are not read by slices. */
interface Readers<T> {
  readonly whole?: (file: T, path: string) => Promise<Uint8Array>;
  readonly stream?: (file: T, path: string) => AsyncIterable<Uint8Array>;
  readonly close?: () => Promise<void>;
}
