import type { FloatArray } from "./dtype.ts";

/** The members of `WebAssembly.Memory` that are used, so that the declarations do not require the DOM library. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Memory from which an updater and its backend allocate. */
export interface Allocator {
  readonly memory: WasmMemory | null;
  readonly buffer: ArrayBuffer;
  readonly bytesPerElement: number;
  /** Allocates zeroed bytes and returns the offset of the first. */
  allocate(bytes: number): number;
  /** Returns memory to the arena: `bytes` from a byte offset that `allocate` returned. */
  release(start: number, bytes: number): void;
  /** Returns a view of `length` elements from a byte offset on. */
  floats(start: number, length: number): FloatArray;
}
