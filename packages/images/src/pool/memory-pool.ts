import type { Pool } from "./pool.ts";

/** Images in memory that is shared by all threads. */
export class MemoryPool implements Pool {
  readonly #bytes: Uint8Array;
  readonly #size: number;

  constructor(bytes: SharedArrayBuffer, size: number) {
    this.#bytes = new Uint8Array(bytes);
    this.#size = size;
  }

  read(place: number, into: Uint8Array, offset: number): void {
    into.set(this.#bytes.subarray(place * this.#size, (place + 1) * this.#size), offset);
  }
}
