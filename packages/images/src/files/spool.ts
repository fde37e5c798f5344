import { randomUUID } from "node:crypto";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, UNFINISHED } from "../cache/cache-folder.ts";
import { DataError } from "../error.ts";
import { readWhole } from "../pool/file-pool.ts";
import { explainSystemError } from "../text/system-errors.ts";

/** The position of an item in a spool. */
export interface Extent {
  readonly at: number;
  readonly length: number;
}

/** The limits of a spool. */
export interface SpoolPlace {
  /** The folder for the file. */
  readonly cache: string;
  /** The number of bytes from which the items move to a file. */
  readonly memoryLimit: number;
}

/**
 * Items of bytes that are written once in order and then read in any order: the unpacked files of an archive that can only
 * be read from its beginning. They lie in memory, and beyond a limit in a nameless file of the cache folder, which `close`
 * removes.
 */
export class Spool {
  readonly #place: SpoolPlace;
  #pieces: Uint8Array[] = [];
  #starts: number[] = [];
  #length = 0;
  #file: { readonly path: string; readonly descriptor: number } | null = null;
  /** The end of the last call of `keep`. */
  #kept: Promise<unknown> = Promise.resolve();

  constructor(place: SpoolPlace) {
    this.#place = place;
  }

  /** The number of bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends an item. @throws DataError if the cache folder cannot be written */
  append(bytes: Uint8Array): Extent {
    const at = this.#length;
    if (!this.#file && at + bytes.length > this.#place.memoryLimit) this.#moveToFile();
    if (this.#file) this.#write(bytes);
    else {
      this.#starts.push(at);
      this.#pieces.push(bytes);
    }
    this.#length += bytes.length;
    return { at, length: bytes.length };
  }

  /** Appends the pieces of one item. Items that are kept at the same time wait for each other. @throws as the pieces do */
  keep(pieces: AsyncIterable<Uint8Array>): Promise<Extent> {
    const kept = this.#kept.then(async () => {
      const at = this.#length;
      for await (const piece of pieces) this.append(piece);
      return { at, length: this.#length - at };
    });
    this.#kept = kept.catch(() => {});
    return kept;
  }

  /** Reads an item, or bytes within one. The result must not be changed. */
  read({ at, length }: Extent): Uint8Array {
    if (this.#file) {
      const bytes = new Uint8Array(length);
      readWhole(this.#file.descriptor, bytes, 0, length, at, this.#file.path);
      return bytes;
    }
    const bytes = new Uint8Array(length);
    for (let i = this.#pieceAt(at), done = 0; done < length; i++) {
      const piece = this.#pieces[i] as Uint8Array;
      const from = at + done - (this.#starts[i] as number);
      const part = piece.subarray(from, from + length - done);
      if (part.length === piece.length && length === piece.length) return piece;
      bytes.set(part, done);
      done += part.length;
    }
    return bytes;
  }

  close(): void {
    if (this.#file) {
      closeSync(this.#file.descriptor);
      // It still has its name where files cannot be removed while they are open.
      removeName(this.#file.path);
    }
    this.#file = null;
    this.#pieces = [];
    this.#starts = [];
  }

  /** Returns the last piece that starts at or before a position. */
  #pieceAt(position: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] as number) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #moveToFile(): void {
    const path = join(this.#place.cache, `${randomUUID()}${UNFINISHED}`);
    try {
      makeFolder(this.#place.cache);
      this.#file = { path, descriptor: openSync(path, "w+") };
      removeName(path);
    } catch (error) {
      throw unwritable(path, error);
    }
    for (const piece of this.#pieces) this.#write(piece);
    this.#pieces = [];
    this.#starts = [];
  }

  #write(bytes: Uint8Array): void {
    const { path, descriptor } = this.#file as { readonly path: string; readonly descriptor: number };
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    } catch (error) {
      this.close();
      throw unwritable(path, error);
    }
  }
}

/** Removes the name of the file, so that its bytes are freed when the process ends, however it ends. */
function removeName(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The system keeps it until it is closed. The next use of the cache folder removes what a killed process left.
  }
}

const unwritable = (path: string, error: unknown): DataError =>
  new DataError(
    `${path}: the data's unpacked files exceed the memory limit, and cannot be written here: ${explainSystemError(error)?.reason ?? (error as Error).message}. Free disk space, or unpack the data yourself and use the folder.`,
  );
