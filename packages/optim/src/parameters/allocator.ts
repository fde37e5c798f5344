import type { Crew } from "../threads/crew.ts";
import type { FloatArray } from "./dtype.ts";
import type { WasmMemory } from "./wasm-memory.ts";

/** Memory from which an updater and its backend allocate. */
export interface Allocator {
  readonly memory: WasmMemory | null;
  readonly buffer: ArrayBuffer;
  readonly bytesPerElement: number;
  /** True if other threads can use the memory. */
  readonly isShared: boolean;
  /** Threads that run kernels in the memory, started at the first call; null if it is not shared. */
  crew(): Crew | null;
  /** Allocates zeroed bytes and returns the offset of the first. */
  allocate(bytes: number): number;
  /** Returns memory to the arena: `bytes` from a byte offset that `allocate` returned. */
  release(start: number, bytes: number): void;
  /** Returns a view of `length` elements from a byte offset on. */
  floats(start: number, length: number): FloatArray;
}
