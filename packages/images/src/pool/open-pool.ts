import { FilePool } from "./file-pool.ts";
import { MemoryPool } from "./memory-pool.ts";
import type { Pool, PoolHandle } from "./pool.ts";

/** Opens a pool. @param size bytes of one image */
export const openPool = (handle: PoolHandle, size: number): Pool =>
  handle.kind === "memory" ? new MemoryPool(handle.bytes, size) : new FilePool(handle.path, size);
