import { FilePool } from "./file-pool.ts";
import { MemoryPool } from "./memory-pool.ts";

/** Where the bytes of images are, as plain data: in memory that threads share, or at the beginning of a file. */
export type PoolHandle =
  | { readonly kind: "memory"; readonly bytes: SharedArrayBuffer }
  | { readonly kind: "file"; readonly path: string };

/** The bytes of images, one after another. */
export interface Pool {
  /** Copies the image at a place. */
  read(place: number, into: Uint8Array, offset: number): void;
}

/** @param size bytes of one image */
export const openPool = (handle: PoolHandle, size: number): Pool =>
  handle.kind === "memory" ? new MemoryPool(handle.bytes, size) : new FilePool(handle.path, size);
