import { closeSync, openSync, readSync } from "node:fs";
import { DataError } from "../error.ts";
import { reasonOf } from "./read-failure.ts";

/** The maximum size of a text file; settings and lists of names are far smaller. */
const MOST_BYTES = 16 * 2 ** 20;

/** The byte order marks of UTF-16, with the encodings' names. */
const WIDE: readonly (readonly [mark: readonly [number, number], encoding: string])[] = [
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/**
 * Reads a text file that a person wrote: UTF-8, or UTF-16 with a byte order mark. The mark, which some editors write, is
 * removed.
 * @throws DataError if the file cannot be read, is larger than 16 MB, or is not text
 */
export const readTextFile = (path: string): string => decodeText(path, readBytes(path));

/** Decodes the bytes of a text file, as `readTextFile` does. @param path the file's path, for the error */
export function decodeText(path: string, bytes: Uint8Array): string {
  const [, encoding] = WIDE.find(([mark]) => mark.every((byte, i) => bytes[i] === byte)) ?? [null, "utf-8"];
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new DataError(`${path}: it is not ${encoding.toUpperCase()} text. Save it as UTF-8.`);
  }
}

/** Reads all bytes of a file or pipe up to the maximum size. */
function readBytes(path: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  try {
    const file = openSync(path, "r");
    try {
      for (let total = 0; ; ) {
        const piece = new Uint8Array(2 ** 16);
        const length = readSync(file, piece);
        if (length === 0) return Buffer.concat(pieces);
        pieces.push(piece.subarray(0, length));
        total += length;
        if (total > MOST_BYTES) {
          throw new DataError(`${path}: it is larger than ${MOST_BYTES / 2 ** 20} MB. Expected a text file.`);
        }
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    if ((error as NodeJS.ErrnoException).code === "EISDIR") {
      throw new DataError(`${path}: it is a folder. Expected a text file.`);
    }
    throw new DataError(`${path}: it cannot be read: ${reasonOf(error)}. Make it readable.`);
  }
}
