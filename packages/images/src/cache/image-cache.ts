import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import type { ImageShape } from "@downhill/optim/image";
import { readWhole } from "../pool/file-pool.ts";
import type { PoolHandle } from "../pool/pool.ts";

/** The facts that follow the images in a file of the cache. */
export interface CacheFacts {
  readonly imageShape: ImageShape;
  /** The hash of the images' bytes. */
  readonly sha256: string;
  /** The reason for each file that cannot be used, by the file's SHA-256. */
  readonly failures: Readonly<Record<string, string>>;
  /** The sizes of the files' images, in pixels. */
  readonly sizes: SizeRange;
}

/** The smallest and the largest size by area, as [width, height]. */
export interface SizeRange {
  readonly smallest: readonly [number, number];
  readonly largest: readonly [number, number];
}

/** The last bytes of a file; the number increases when the format changes. */
const MARK = Buffer.from("DOWNHIL2");
const HASH_LENGTH = 32;
const END_LENGTH = HASH_LENGTH + 4 + MARK.length;

/** Encodes facts as the end of a file: JSON, its SHA-256, its length in bytes, the mark. */
export function encodeFacts(facts: CacheFacts): Uint8Array {
  const json = Buffer.from(JSON.stringify(facts));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([json, sha256(json), length, MARK]);
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** Reads a file's images and facts; null if the file is missing or is not what was written. */
export function readCache(
  folder: string,
  name: string,
  memoryLimit: number,
): { readonly facts: CacheFacts; readonly pool: PoolHandle } | null {
  const path = join(folder, name);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const { facts, bytes } = readFacts(file, path);
    const inMemory = bytes <= memoryLimit;
    const memory = new SharedArrayBuffer(inMemory ? bytes : 0);
    const view = new Uint8Array(memory);
    const hash = createHash("sha256");
    forEachBlock(file, path, bytes, (block, at) => {
      hash.update(block);
      if (inMemory) view.set(block, at);
    });
    if (hash.digest("hex") !== facts.sha256) return null;
    return { facts, pool: inMemory ? { kind: "memory", bytes: memory } : { kind: "file", path } };
  } catch {
    // The file is truncated or of another version. Its sources are at hand, so it is made again.
    return null;
  } finally {
    closeSync(file);
  }
}

function readFacts(file: number, path: string): { readonly facts: CacheFacts; readonly bytes: number } {
  const { size } = fstatSync(file);
  const end = Buffer.alloc(END_LENGTH);
  readWhole(file, end, 0, end.length, size - end.length, path);
  if (!end.subarray(HASH_LENGTH + 4).equals(MARK)) throw new Error("unknown format");
  const length = end.readUInt32LE(HASH_LENGTH);
  const bytes = size - end.length - length;
  if (bytes < 0) throw new Error("truncated");
  const json = Buffer.alloc(length);
  readWhole(file, json, 0, json.length, bytes, path);
  if (!sha256(json).equals(end.subarray(0, HASH_LENGTH))) throw new Error("damaged");
  return { facts: JSON.parse(json.toString()), bytes };
}

function forEachBlock(file: number, path: string, bytes: number, use: (block: Uint8Array, at: number) => void): void {
  const block = Buffer.alloc(2 ** 20);
  for (let at = 0; at < bytes; at += block.length) {
    const length = Math.min(block.length, bytes - at);
    readWhole(file, block, 0, length, at, path);
    use(block.subarray(0, length), at);
  }
}

/** Returns the SHA-256 of bytes that are read block by block. */
export function hashOf(bytes: number, read: (at: number, into: Uint8Array) => void): string {
  const hash: Hash = createHash("sha256");
  const block = Buffer.alloc(2 ** 20);
  for (let at = 0; at < bytes; at += block.length) {
    const part = block.subarray(0, Math.min(block.length, bytes - at));
    read(at, part);
    hash.update(part);
  }
  return hash.digest("hex");
}
