import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, UNFINISHED } from "../cache/cache-folder.ts";
import { readWhole } from "./file-pool.ts";
import type { PoolHandle } from "./pool.ts";

/** Where pools go. */
export interface PoolPlace {
  /** The folder of files for pools that are larger than memory. */
  readonly cache: string;
  /** Bytes up to which a pool is kept in memory. */
  readonly memoryLimit: number;
  /** Takes sentences for people: a larger pool that cannot be written is kept in memory all the same. */
  readonly note: (text: string) => void;
}

/** A file that is renamed when it is whole. */
interface Unfinished {
  readonly path: string;
  readonly descriptor: number;
}

/** Room for the bytes of images: memory that threads share, or a file for what is larger. */
export class PoolWriter {
  readonly #bytes: number;
  readonly #place: PoolPlace;
  #memory: SharedArrayBuffer | null = null;
  #view: Uint8Array = new Uint8Array(0);
  #file: Unfinished | null = null;

  constructor(bytes: number, place: PoolPlace) {
    this.#bytes = bytes;
    this.#place = place;
    if (bytes > place.memoryLimit) this.#file = tryCache(place, () => newFile(place.cache));
    if (!this.#file) this.#useMemory();
  }

  #useMemory(): void {
    this.#memory = new SharedArrayBuffer(this.#bytes);
    this.#view = new Uint8Array(this.#memory);
  }

  /** Anywhere, in any order. */
  write(at: number, bytes: Uint8Array): void {
    const file = this.#file;
    if (file && tryCache(this.#place, () => writeWhole(file.descriptor, bytes, at))) return;
    if (file) this.#leave(file);
    this.#view.set(bytes, at);
  }

  /** On with memory, where the disk is full. */
  #leave(file: Unfinished): void {
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
   * Keeps the first bytes, which are all that was meant.
   * @param name of the file in the cache
   * @param end follows the bytes in the file
   * @param always writes a file of what is in memory, too, to be read the next time
   */
  finish(bytes: number, name: () => string, end: Uint8Array = new Uint8Array(0), always = false): PoolHandle {
    const file = this.#file;
    if (file) {
      const path = join(this.#place.cache, name());
      const kept = tryCache(this.#place, () => {
        ftruncateSync(file.descriptor, bytes);
        return complete(file, path, [end], bytes);
      });
      if (kept) return { kind: "file", path };
      this.#leave(file);
    } else if (always) {
      const path = join(this.#place.cache, name());
      tryCache(this.#place, () => complete(newFile(this.#place.cache), path, [this.#view.subarray(0, bytes), end], 0));
    }
    const memory = this.#memory as SharedArrayBuffer;
    return { kind: "memory", bytes: memory.byteLength === bytes ? memory : memory.slice(0, bytes) };
  }

  /** Removes the file, if there is one. */
  discard(): void {
    if (!this.#file) return;
    remove(this.#file);
    this.#file = null;
  }
}

/** What cannot be cached is noted, and null. */
function tryCache<T>({ cache, note }: PoolPlace, act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    note(`Nothing is kept in the cache ${cache}, which cannot be written (${(error as Error).message}).`);
    return null;
  }
}

function newFile(cache: string): Unfinished {
  makeFolder(cache);
  const path = join(cache, `${randomUUID()}${UNFINISHED}`);
  return { path, descriptor: openSync(path, "w+") };
}

/** Appends the last pieces, and gives the file its name: never for half of it. */
function complete(file: Unfinished, path: string, pieces: readonly Uint8Array[], from: number): true {
  try {
    let at = from;
    for (const piece of pieces) {
      writeWhole(file.descriptor, piece, at);
      at += piece.length;
    }
    fsyncSync(file.descriptor);
    renameSync(file.path, path);
    closeSync(file.descriptor);
    return true;
  } catch (error) {
    if (from === 0) remove(file);
    throw error;
  }
}

function remove({ path, descriptor }: Unfinished): void {
  closeSync(descriptor);
  rmSync(path, { force: true });
}

function writeWhole(file: number, bytes: Uint8Array, position: number): true {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
  return true;
}
