import { openSync, readSync } from "node:fs";
import { DataError } from "../error.ts";
import type { Pool } from "./pool.ts";

/** The open files by path. They stay open for the life of the thread, because image sets are never closed. */
const opened = new Map<string, number>();

/** Images in a file, for sets that exceed the memory limit. */
export class FilePool implements Pool {
  readonly #path: string;
  readonly #size: number;

  constructor(path: string, size: number) {
    this.#path = path;
    this.#size = size;
  }

  read(place: number, into: Uint8Array, offset: number): void {
    readWhole(this.#open(), into, offset, this.#size, place * this.#size, this.#path);
  }

  #open(): number {
    const known = opened.get(this.#path);
    if (known !== undefined) return known;
    try {
      const file = openSync(this.#path, "r");
      opened.set(this.#path, file);
      return file;
    } catch (error) {
      throw new DataError(
        `${this.#path}: the cache of decoded images is missing (${(error as Error).message}). Open the data set again.`,
      );
    }
  }
}

/** Reads exactly `length` bytes; a single system call may read fewer. */
export function readWhole(
  file: number,
  into: Uint8Array,
  offset: number,
  length: number,
  position: number,
  path: string,
): void {
  for (let done = 0; done < length; ) {
    const count = readSync(file, into, offset + done, length - done, position + done);
    if (count === 0) {
      throw new DataError(`${path}: it ends before byte ${position + length}. Remove it, and open the data set again.`);
    }
    done += count;
  }
}
