import { openSync, readSync } from "node:fs";
import { DataError } from "../error.ts";
import type { Pool } from "./pool.ts";

/** Files stay open as long as the thread lives: sets of images have no end of their own. */
const opened = new Map<string, number>();

/** Images in a file, for sets that are larger than memory. */
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
        `${this.#path}: the cache of decoded images is gone (${(error as Error).message}): open the data set again`,
      );
    }
  }
}

/** Reads so many bytes: one call may read fewer. */
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
      throw new DataError(`${path}: it ends before byte ${position + length}: remove it, and open the data set again`);
    }
    done += count;
  }
}
