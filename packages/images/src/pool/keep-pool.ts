import { join } from "node:path";
import { type CacheFacts, encodeFacts, hashOf } from "../cache/image-cache.ts";
import { completeCacheFile, newCacheFile, removeCacheFile, withoutCache } from "./cache-file.ts";

/** Images in memory that are written to the cache, for the next time. */
export interface KeptPool {
  readonly memory: SharedArrayBuffer;
  /** The number of bytes of the images, from the start of the memory. */
  readonly bytes: number;
  readonly facts: Omit<CacheFacts, "sha256">;
  readonly cache: string;
  /** The file's name in the cache. */
  readonly name: string;
}

/** Writes images to the cache. Returns a note for the report if that fails; else null. */
export function keepPool({ memory, bytes, facts, cache, name }: KeptPool): string | null {
  const images = new Uint8Array(memory, 0, bytes);
  try {
    const file = newCacheFile(cache, bytes);
    try {
      const sha256 = hashOf(bytes, (at, into) => into.set(images.subarray(at, at + into.length)));
      completeCacheFile(file, join(cache, name), [images, encodeFacts({ ...facts, sha256 })], 0);
    } catch (error) {
      removeCacheFile(file);
      throw error;
    }
    return null;
  } catch (error) {
    return withoutCache(cache, error);
  }
}
