import { ftruncateSync, readSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";
import {
  completeCacheFile,
  newCacheFile,
  removeCacheFile,
  type UnfinishedFile,
  withoutCache,
  writeWhole,
} from "./cache-file.ts";
import { readWhole } from "./file-pool.ts";
import type { PoolHandle } from "./pool.ts";

/** The destination of pools. */
export interface PoolPlace {
  /** The folder for pools that exceed the memory limit. */
  readonly cache: string;
  /** The maximum number of bytes of a pool in memory. */
  readonly memoryLimit: number;
  /** Receives notes for the report: a larger pool that cannot be written is kept in memory. */
  readonly note: (text: string) => void;
  /** Returns the number of free bytes of memory. Default: those of this machine. */
  readonly freeMemory?: () => number;
}

/** An error for a pool that fits neither the disk of the cache nor the memory. */
export class PoolTooLarge extends Error {
  override readonly name = "PoolTooLarge";
  readonly bytes: number;

  constructor(bytes: number) {
    super(`the decoded images take ${bytes} bytes`);
    this.bytes = bytes;
  }
}

/** Collects the bytes of images in shared memory, or in a file if they exceed the memory limit. */
export class PoolWriter {
  readonly #bytes: number;
  readonly #place: PoolPlace;
  #memory: SharedArrayBuffer | null = null;
  #view: Uint8Array = new Uint8Array(0);
  #file: UnfinishedFile | null = null;

  constructor(bytes: number, place: PoolPlace) {
    this.#bytes = bytes;
    this.#place = place;
    if (bytes > place.memoryLimit) this.#file = tryCache(place, () => newCacheFile(place.cache, bytes));
    if (!this.#file) this.#useMemory();
  }

  /** The memory of the pool, to which other threads may write; null if it is in a file. */
  get memory(): SharedArrayBuffer | null {
    return this.#file ? null : this.#memory;
  }

  /** @throws PoolTooLarge if the pool would take more than half of the free memory */
  #useMemory(): void {
    const { memoryLimit, freeMemory = freemem } = this.#place;
    if (this.#bytes > memoryLimit && this.#bytes > freeMemory() / 2) throw new PoolTooLarge(this.#bytes);
    this.#memory = new SharedArrayBuffer(this.#bytes);
    this.#view = new Uint8Array(this.#memory);
  }

  /** Writes bytes at a position, in any order. @throws PoolTooLarge if the disk is full and the memory does not suffice */
  write(at: number, bytes: Uint8Array): void {
    const file = this.#file;
    if (file && tryCache(this.#place, () => writeWhole(file.descriptor, bytes, at))) return;
    if (file) this.#moveToMemory(file);
    this.#view.set(bytes, at);
  }

  /** Moves the bytes to memory, because the disk is full. */
  #moveToMemory(file: UnfinishedFile): void {
    this.#useMemory();
    const block = Buffer.alloc(2 ** 20);
    for (let at = 0; ; ) {
      const count = readSync(file.descriptor, block, 0, Math.min(block.length, this.#bytes - at), at);
      if (count === 0) break;
      this.#view.set(block.subarray(0, count), at);
      at += count;
    }
    this.discard();
  }

  read(at: number, into: Uint8Array): void {
    if (this.#file) readWhole(this.#file.descriptor, into, 0, into.length, at, this.#file.path);
    else into.set(this.#view.subarray(at, at + into.length));
  }

  /**
   * Finishes the pool with its first bytes.
   * @param name returns the file's name in the cache
   * @param end the bytes that follow in the file
   */
  finish(bytes: number, name: () => string, end: Uint8Array = new Uint8Array(0)): PoolHandle {
    const file = this.#file;
    if (file) {
      const path = join(this.#place.cache, name());
      const kept = tryCache(this.#place, () => {
        ftruncateSync(file.descriptor, bytes);
        return completeCacheFile(file, path, [end], bytes);
      });
      if (kept) return { kind: "file", path };
      this.#moveToMemory(file);
    }
    const memory = this.#memory as SharedArrayBuffer;
    return { kind: "memory", bytes: memory.byteLength === bytes ? memory : memory.slice(0, bytes) };
  }

  /** Removes the unfinished file, if there is one. */
  discard(): void {
    if (!this.#file) return;
    removeCacheFile(this.#file);
    this.#file = null;
  }
}

/** Calls a function that writes to the cache; if that fails, notes the reason and returns null. */
function tryCache<T>({ cache, note }: PoolPlace, act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    note(withoutCache(cache, error));
    return null;
  }
}
