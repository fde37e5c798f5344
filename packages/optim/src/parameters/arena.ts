import type { Dtype, FloatArray } from "./dtype.ts";

/** Largest memory that 32-bit addresses reach. */
const WASM_LIMIT = 2 ** 32;
const PAGE = 2 ** 16;
/** Size of a cache line, so that no vector crosses one. */
const ALIGNMENT = 64;

/** The members of `WebAssembly.Memory` that are used, so that the declarations do not require the DOM library. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/**
 * One block of memory that holds values, gradients and optimizer state: a `WebAssembly.Memory` that is not shared (ONNX
 * Runtime does not accept shared memory), or an `ArrayBuffer` without WebAssembly. Memory is never freed.
 */
export class Arena {
  readonly memory: WasmMemory | null;
  #buffer: ArrayBuffer;
  #used = 0;

  /**
   * Creates the memory. Unused reserved memory costs address space only, and keeps views valid when state is allocated.
   * @param needed bytes to allocate at once
   * @param reserve bytes to allocate if the system grants them
   */
  constructor(
    readonly dtype: Dtype,
    needed: number,
    reserve: number,
  ) {
    if (typeof WebAssembly === "undefined") {
      this.memory = null;
      this.#buffer = new ArrayBuffer(needed);
      return;
    }
    checkLimit(needed);
    this.memory = createMemory(needed, Math.min(reserve, WASM_LIMIT));
    this.#buffer = this.memory.buffer;
  }

  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  get bytesPerElement(): number {
    return this.dtype === "float32" ? 4 : 8;
  }

  /**
   * Allocates zeroed bytes and returns the offset of the first. Beyond the reserve the memory grows, which detaches
   * earlier views.
   */
  allocate(bytes: number): number {
    const start = Math.ceil(this.#used / ALIGNMENT) * ALIGNMENT;
    const end = start + bytes;
    if (end > this.#buffer.byteLength) this.#grow(end);
    this.#used = end;
    return start;
  }

  #grow(end: number): void {
    if (this.memory) {
      checkLimit(end);
      try {
        this.memory.grow(Math.ceil((end - this.#buffer.byteLength) / PAGE));
      } catch {
        throw outOfMemory(end);
      }
      this.#buffer = this.memory.buffer;
    } else {
      const larger = new ArrayBuffer(end);
      new Uint8Array(larger).set(new Uint8Array(this.#buffer));
      this.#buffer = larger;
    }
  }

  /** Returns a view of `length` elements of the arena's dtype from a byte offset on. */
  floats(start: number, length: number): FloatArray {
    return this.dtype === "float32"
      ? new Float32Array(this.#buffer, start, length)
      : new Float64Array(this.#buffer, start, length);
  }
}

function createMemory(needed: number, reserve: number): WasmMemory {
  for (let bytes = Math.max(reserve, needed); ; bytes = Math.max(needed, bytes / 2)) {
    try {
      return new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE)) });
    } catch {
      if (bytes <= needed) throw outOfMemory(needed);
    }
  }
}

function checkLimit(bytes: number): void {
  if (bytes <= WASM_LIMIT) return;
  throw new RangeError(
    `the arena would need ${gibibytes(bytes)}, but a WebAssembly memory holds at most ${gibibytes(WASM_LIMIT)}: ` +
      "use an optimizer with less state, or several Parameters with an updater each",
  );
}

const outOfMemory = (bytes: number): RangeError =>
  new RangeError(`the system did not grant ${gibibytes(bytes)} of memory for the arena`);
const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB (${bytes} bytes)`;
