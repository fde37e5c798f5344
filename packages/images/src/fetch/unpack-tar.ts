import { closeSync, openSync, writeSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { DataError } from "../error.ts";
import { readerOf } from "../files/open-folder.ts";
import { readStream } from "../files/read-stream.ts";

const BLOCK = 512;

/**
 * Extracts the files of a tar archive, plain or gzip, whose names match, without their folders. Other files and links are
 * skipped.
 */
export async function unpackTar(archive: string, wanted: RegExp, folder: string): Promise<void> {
  const reader = new Reader(archive);
  try {
    for (;;) {
      const header = await reader.read(BLOCK);
      // Two blocks of zeros end an archive.
      if (header.every((byte) => byte === 0)) return;
      checkSum(archive, header);
      const size = octal(header, 124, 12);
      const name = posix.basename(text(header, 0, 100));
      const isFile = header[156] === 0 || header[156] === "0".charCodeAt(0);
      const file = isFile && wanted.test(name) ? openSync(join(folder, name), "w") : null;
      try {
        for (let left = size; left > 0; ) {
          const piece = await reader.read(Math.min(left, 2 ** 16));
          if (file !== null) for (let done = 0; done < piece.length; ) done += writeSync(file, piece, done);
          left -= piece.length;
        }
      } finally {
        if (file !== null) closeSync(file);
      }
      await reader.read((BLOCK - (size % BLOCK)) % BLOCK);
    }
  } finally {
    await reader.close();
  }
}

const text = (header: Uint8Array, from: number, length: number): string =>
  Buffer.from(header.subarray(from, from + length))
    .toString("utf8")
    .replace(/\0.*$/s, "");

const octal = (header: Uint8Array, from: number, length: number): number =>
  Number.parseInt(text(header, from, length).trim() || "0", 8);

/** Checks the sum of a header's bytes, in which the eight bytes of the sum itself count as spaces. */
function checkSum(archive: string, header: Uint8Array): void {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (octal(header, 148, 8) !== sum)
    throw new DataError(`${archive}: it is not a tar archive, or it is damaged. Download it again.`);
}

/** Reads a file's bytes in pieces of given lengths. */
class Reader {
  readonly #archive: string;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(archive: string) {
    this.#archive = archive;
    this.#pieces = readStream(readerOf(dirname(archive)), basename(archive));
  }

  async read(length: number): Promise<Uint8Array> {
    while (this.#rest.length < length) {
      const { value, done } = await this.#pieces.next();
      if (done) throw new DataError(`${this.#archive}: the archive is truncated. Download it again.`);
      this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    }
    const piece = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return piece;
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined);
  }
}
