import { MemoryPool } from "./memory-pool.ts";

/** Where the bytes of all images of a data set are, as plain data. */
export type PoolHandle = { readonly kind: "memory"; readonly bytes: SharedArrayBuffer };

/** The bytes of images, one after another. */
export interface Pool {
  /** Copies the image at a place. */
  read(place: number, into: Uint8Array, offset: number): void;
}

export function openPool(handle: PoolHandle, size: number): Pool {
  return new MemoryPool(handle.bytes, size);
}
