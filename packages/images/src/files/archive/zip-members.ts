import { read } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { crc32, createInflateRaw, inflateRaw } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { DataError } from "../../error.ts";
import { reasonOf } from "../read-failure.ts";
import type { Extent, Spool } from "../spool.ts";
import type { ZipEntry } from "./zip-entries.ts";

const inflate = promisify(inflateRaw);
const readAt = promisify(read);

/** The number of bytes that are read or inflated at once. */
const PIECE = 2 ** 20;

/** Reads the files of a zip archive: deflated or not, and checked by their CRC-32. */
export class ZipMembers {
  readonly #zip: ZipFile;
  readonly #descriptor: number;
  readonly #archive: string;
  readonly #spool: Spool;
  /** The deflated files that are read by slices, inflated once. */
  readonly #inflated = new Map<ZipEntry, Promise<Extent>>();

  constructor(zip: ZipFile, descriptor: number, archive: string, spool: Spool) {
    this.#zip = zip;
    this.#descriptor = descriptor;
    this.#archive = archive;
    this.#spool = spool;
  }

  /** Reads a whole file. */
  async read(entry: ZipEntry, path: string): Promise<Uint8Array> {
    // Deflate makes no file much longer.
    if (entry.packed > 2 * entry.length + 1024) {
      throw this.#damaged(path, `it declares ${entry.length} bytes, but has ${entry.packed} in the archive`);
    }
    const packed = await this.#packed(entry, path, 0, entry.packed);
    const bytes = entry.deflated ? await this.#inflate(packed, entry, path) : packed;
    this.#check(entry, path, bytes.length, crc32(bytes));
    return bytes;
  }

  /** Reads a file piece by piece. */
  async *stream(entry: ZipEntry, path: string): AsyncGenerator<Uint8Array> {
    const packed = this.#pieces(entry, path);
    let [length, sum] = [0, 0];
    for await (const piece of entry.deflated ? this.#inflatePieces(packed, path) : packed) {
      length += piece.length;
      // The declared size is the limit, whatever the compressed bytes contain.
      if (length > entry.length) break;
      sum = crc32(piece, sum);
      yield piece;
    }
    this.#check(entry, path, length, sum);
  }

  /** Reads bytes of a file. A deflated file can only be read from its start, so it moves to the spool for later positions. */
  async slice(entry: ZipEntry, from: number, to: number, path: string): Promise<Uint8Array> {
    if (!entry.deflated) return this.#packed(entry, path, from, to);
    if (to > PIECE || this.#inflated.has(entry)) {
      const kept = this.#inflated.get(entry) ?? this.#spool.keep(this.stream(entry, path));
      this.#inflated.set(entry, kept);
      return this.#spool.read({ at: (await kept).at + from, length: to - from });
    }
    let start = Buffer.alloc(0);
    for await (const piece of this.stream(entry, path)) {
      start = Buffer.concat([start, piece]);
      if (start.length >= to) break;
    }
    return start.subarray(from, to);
  }

  async *#pieces(entry: ZipEntry, path: string): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < entry.packed; at += PIECE) {
      yield await this.#packed(entry, path, at, Math.min(at + PIECE, entry.packed));
    }
  }

  /** Reads bytes of a file as they are in the archive. */
  async #packed(entry: ZipEntry, path: string, from: number, to: number): Promise<Uint8Array> {
    const start = await this.#start(entry, path);
    const bytes = Buffer.alloc(to - from);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await readAt(this.#descriptor, bytes, done, bytes.length - done, start + from + done).catch(
        (error) => {
          throw new DataError(`${join(this.#archive, path)}: it cannot be read: ${reasonOf(error)}`);
        },
      );
      if (bytesRead === 0) throw this.#damaged(path, "the archive is truncated");
      done += bytesRead;
    }
    return bytes;
  }

  /** Returns the position of a file's bytes in the archive. */
  async #start({ at, packed }: ZipEntry, path: string): Promise<number> {
    // The function reads these two properties alone.
    const entry = { relativeOffsetOfLocalHeader: at, compressedSize: packed } as Entry;
    try {
      return (await this.#zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
    } catch (error) {
      throw this.#damaged(path, (error as Error).message);
    }
  }

  async #inflate(packed: Uint8Array, { length }: ZipEntry, path: string): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array(0);
    // A single chunk of the right size takes one task. The declared size is the limit.
    const chunkSize = Math.min(Math.max(length, 64), PIECE);
    return inflate(packed, { maxOutputLength: length, chunkSize }).catch((error) => {
      const tooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
      throw this.#damaged(path, tooLarge ? `it has more than the ${length} bytes that it declares` : error.message);
    });
  }

  async *#inflatePieces(packed: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
    const source = Readable.from(packed);
    const unpack = createInflateRaw({ chunkSize: 2 ** 16 });
    // Errors do not pass through a pipe by themselves.
    source.on("error", (error) => unpack.destroy(error)).pipe(unpack);
    try {
      yield* unpack as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw error instanceof DataError ? error : this.#damaged(path, (error as Error).message);
    } finally {
      source.destroy();
      unpack.destroy();
    }
  }

  /** Compares a file with its declared size and checksum. */
  #check(entry: ZipEntry, path: string, length: number, sum: number): void {
    if (length !== entry.length) {
      const count = length > entry.length ? "more" : `${length}`;
      throw this.#damaged(path, `it declares ${entry.length} bytes, but has ${count}`);
    }
    if (sum !== entry.crc32) throw this.#damaged(path, "its checksum (CRC-32) is wrong");
  }

  #damaged(path: string, problem: string): DataError {
    return new DataError(`${join(this.#archive, path)}: ${problem}. Download the archive again.`);
  }
}
