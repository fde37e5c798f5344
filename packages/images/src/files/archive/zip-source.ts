import { read, readSync } from "node:fs";
import { RandomAccessReader } from "yauzl";

/** The number of bytes that are read at once while the entries are listed. */
const WINDOW = 2 ** 18;

type Done = (error: Error | null, bytesRead?: number) => void;

/**
 * Reads a zip archive from its file for `yauzl`. While the entries are listed, a window of the file is kept, since each entry
 * is read by itself.
 */
export class ZipSource extends RandomAccessReader {
  readonly #descriptor: number;
  readonly #size: number;
  #window: Buffer | null = Buffer.alloc(0);
  #start = 0;

  /** @param size the position after the archive in its file */
  constructor(descriptor: number, size: number) {
    super();
    this.#descriptor = descriptor;
    this.#size = size;
  }

  override read(into: Buffer, offset: number, length: number, position: number, done: Done): void {
    // A damaged archive may have any position. `yauzl` reports fewer bytes as an unexpected end.
    if (!(position >= 0 && position + length <= this.#size)) return void done(null, 0);
    if (!this.#window) return void read(this.#descriptor, into, offset, length, position, done);
    let window: Buffer;
    try {
      window = this.#windowFrom(this.#window, position, length);
    } catch (error) {
      return void done(error as Error);
    }
    done(null, window.copy(into, offset, 0, length));
  }

  /** Returns the window from a position. It moves there unless it contains the bytes. */
  #windowFrom(window: Buffer, position: number, length: number): Buffer {
    const at = position - this.#start;
    if (at >= 0 && at + length <= window.length) return window.subarray(at);
    const next = Buffer.alloc(Math.min(Math.max(WINDOW, length), this.#size - position));
    this.#start = position;
    this.#window = next.subarray(0, readSync(this.#descriptor, next, 0, next.length, position));
    return this.#window;
  }

  /** Frees the window. Then positions far apart are read. */
  endListing(): void {
    this.#window = null;
  }
}
