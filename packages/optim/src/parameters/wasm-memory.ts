/** The members of `WebAssembly.Memory` that are used, so that the declarations do not require the DOM library. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
