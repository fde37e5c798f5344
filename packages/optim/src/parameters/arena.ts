import type { Dtype, FloatArray } from "./dtype.ts";

/** WebAssembly addresses memory with 32 bits. */
const WASM_LIMIT = 2 ** 32;
const PAGE = 2 ** 16;
/** A cache line, so that no tensor's vectors are cut by one. */
const ALIGNMENT = 64;

/**
 * One block of memory from which values, gradients and optimizer state are cut: a plain `WebAssembly.Memory` (not a
 * shared one, which ONNX Runtime refuses), or an `ArrayBuffer` where WebAssembly is missing. Memory is never freed.
 */
export class Arena {
  readonly memory: WebAssembly.Memory | null;
  #buffer: ArrayBuffer;
  #used = 0;

  /**
   * `needed` bytes are needed at once; `reserve` bytes are asked for, if the system grants them. Reserved memory that
   * is not used costs address space, not memory, and spares views from being detached when state is allocated.
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

  /** The first byte of a new area, zeroed. Where the reserve is used up, memory grows and earlier views are detached. */
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

  /** `length` elements of the arena's dtype from a byte on. */
  floats(start: number, length: number): FloatArray {
    return this.dtype === "float32"
      ? new Float32Array(this.#buffer, start, length)
      : new Float64Array(this.#buffer, start, length);
  }
}

function createMemory(needed: number, reserve: number): WebAssembly.Memory {
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
