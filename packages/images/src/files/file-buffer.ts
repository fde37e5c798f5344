import { closeSync, openSync, readSync } from "node:fs";
import { unreadableFile } from "./read-failure.ts";

/** Bytes for the first file. */
const FIRST = 2 ** 18;

/** The most bytes of memory that are kept for the next file. */
const KEPT = 2 ** 26;

/**
 * Memory that files are read into, one after another. It takes less time than new memory for each file. Reading blocks the
 * thread, in a third of the time of an asynchronous call: it suits threads that have nothing else to do, and a few files.
 */
export class FileBuffer {
  #bytes = Buffer.alloc(0);

  /**
   * Reads a whole file.
   * @returns its bytes, which are valid until the next call
   * @throws DataError with the reason
   */
  read(path: string): Uint8Array {
    if (this.#bytes.length === 0 || this.#bytes.length > KEPT) this.#bytes = Buffer.allocUnsafeSlow(FIRST);
    try {
      const file = openSync(path, "r");
      try {
        const count = this.#fill(file);
        return this.#bytes.subarray(0, count);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw unreadableFile(path, error);
    }
  }

  /** Reads a file to its end. Returns the number of its bytes. */
  #fill(file: number): number {
    for (let at = 0; ; ) {
      if (at === this.#bytes.length) {
        const larger = Buffer.allocUnsafeSlow(2 * at);
        larger.set(this.#bytes);
        this.#bytes = larger;
      }
      const count = readSync(file, this.#bytes, at, this.#bytes.length - at, null);
      if (count === 0) return at;
      at += count;
    }
  }
}
