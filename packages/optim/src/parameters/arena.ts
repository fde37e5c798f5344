import { Crew, hasThreads } from "../threads/crew.ts";
import type { Allocator } from "./allocator.ts";
import type { Dtype, FloatArray } from "./dtype.ts";
import { Gaps } from "./gaps.ts";
import { Region } from "./region.ts";
import type { WasmMemory } from "./wasm-memory.ts";

/** Largest memory that 32-bit addresses reach. */
const WASM_LIMIT = 2 ** 32;
const PAGE = 2 ** 16;
/** Size of a cache line, so that no vector crosses one. */
const ALIGNMENT = 64;

/**
 * One block of memory that holds values, gradients and optimizer state: a `WebAssembly.Memory`, shared if several threads
 * update it, or an `ArrayBuffer` without WebAssembly. Memory that is not in use is zero.
 */
export class Arena<D extends Dtype = Dtype> implements Allocator {
  readonly memory: WasmMemory | null;
  readonly isShared: boolean = false;
  #crew: Crew | null = null;
  #buffer: ArrayBuffer;
  #used = 0;
  readonly #gaps = new Gaps();

  /**
   * Creates the memory. Unused reserved memory costs address space only, and keeps views valid when state is allocated.
   * @param needed bytes to allocate at once
   * @param reserve bytes to allocate if the system grants them
   * @param threads threads that update the memory
   */
  constructor(
    readonly dtype: D,
    needed: number,
    reserve: number,
    readonly threads = 1,
  ) {
    if (typeof WebAssembly === "undefined") {
      this.memory = null;
      this.#buffer = new ArrayBuffer(Math.max(needed, reserve));
      return;
    }
    checkLimit(needed);
    const bytes = Math.max(needed, Math.min(reserve, WASM_LIMIT));
    const shared = threads > 1 && hasThreads() ? sharedMemory(bytes) : null;
    this.isShared = shared !== null;
    this.memory = shared ?? createMemory(needed, bytes);
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
   * earlier views of memory that is not shared, and prints a warning.
   */
  allocate(bytes: number): number {
    const gap = this.#gaps.take(aligned(bytes));
    if (gap !== null) return gap;
    const start = aligned(this.#used);
    const end = start + bytes;
    if (end > this.#buffer.byteLength) this.#grow(end);
    this.#used = end;
    return start;
  }

  /** Returns memory to the arena: `bytes` from a byte offset that `allocate` returned. */
  release(start: number, bytes: number): void {
    // Vectors may have written beyond the last element.
    new Uint8Array(this.#buffer).fill(0, start, start + aligned(bytes));
    this.#used = this.#gaps.add(start, aligned(bytes), this.#used);
  }

  crew(): Crew | null {
    if (this.memory && this.isShared) this.#crew ??= new Crew(this.memory, this.threads);
    return this.#crew;
  }

  /** Returns a part of the arena whose allocations are released together. */
  region(): Region {
    return new Region(this);
  }

  #grow(end: number): void {
    if (!this.isShared) warnOfDetachedViews();
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
  floats(start: number, length: number): FloatArray<D> {
    const View: new (buffer: ArrayBuffer, start: number, length: number) => FloatArray =
      this.dtype === "float32" ? Float32Array : Float64Array;
    return new View(this.#buffer, start, length) as FloatArray<D>;
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Warns that views keep no memory, because their values would silently be lost. */
function warnOfDetachedViews(): void {
  const { console } = globalThis as { readonly console?: { warn(text: string): void } };
  console?.warn(
    "@downhill/optim: the memory of these parameters grows beyond its reserve, which detaches views returned earlier. " +
      "Get new views of values and gradients, dispose of unused updaters, or create the parameters with a larger reserve.",
  );
}

/** Returns shared memory that can grow up to the limit; null if the system does not grant it. */
function sharedMemory(bytes: number): WasmMemory | null {
  try {
    const [initial, maximum] = [Math.ceil(bytes / PAGE), WASM_LIMIT / PAGE];
    return new WebAssembly.Memory({ initial, maximum, shared: true });
  } catch {
    return null;
  }
}

function createMemory(needed: number, reserve: number): WasmMemory {
  for (let bytes = reserve; ; bytes = Math.max(needed, bytes / 2)) {
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
