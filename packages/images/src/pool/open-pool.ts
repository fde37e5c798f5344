import { DecodingPool } from "./decoding-pool.ts";
import { FilePool } from "./file-pool.ts";
import { MemoryPool } from "./memory-pool.ts";
import type { Pool, PoolHandle } from "./pool.ts";

/** Opens a pool. @param size bytes of one image */
export function openPool(handle: PoolHandle, size: number): Pool {
  if (handle.kind === "memory") return new MemoryPool(handle.bytes, size);
  return handle.kind === "file" ? new FilePool(handle.path, size) : new DecodingPool(handle.images);
}
