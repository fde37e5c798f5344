import type { Crew } from "../threads/crew.ts";
import type { Allocator } from "./allocator.ts";
import type { FloatArray } from "./dtype.ts";
import type { WasmMemory } from "./wasm-memory.ts";

/** Memory of one updater in an arena: its allocations, which are released together, and its use. */
export class Region implements Allocator {
  readonly #arena: Allocator;
  readonly #allocated = new Map<number, number>();
  /** Number of evaluations in progress. */
  #evaluations = 0;
  #disposed = false;

  constructor(arena: Allocator) {
    this.#arena = arena;
  }

  get memory(): WasmMemory | null {
    return this.#arena.memory;
  }

  get buffer(): ArrayBuffer {
    return this.#arena.buffer;
  }

  get bytesPerElement(): number {
    return this.#arena.bytesPerElement;
  }

  get isShared(): boolean {
    return this.#arena.isShared;
  }

  crew(): Crew | null {
    return this.#arena.crew();
  }

  allocate(bytes: number): number {
    const start = this.#arena.allocate(bytes);
    if (bytes > 0) this.#allocated.set(start, bytes);
    return start;
  }

  release(start: number, bytes: number): void {
    this.#allocated.delete(start);
    this.#arena.release(start, bytes);
  }

  floats(start: number, length: number): FloatArray {
    return this.#arena.floats(start, length);
  }

  /** @throws Error during an evaluation with exchanged weights, and after `dispose()` */
  checkIdle(): void {
    if (this.#disposed) throw new Error("the updater is disposed. Bind the optimizer again.");
    if (this.#evaluations === 0) return;
    throw new Error(
      "withEvaluationWeights() is in progress, so the parameters hold the weights of the evaluation. Await its promise before the next call.",
    );
  }

  /**
   * Runs `evaluate` between two calls of `exchange`. Overlapping evaluations share one exchange. The second call follows
   * when the promise of the last evaluation settles.
   */
  between<T>(exchange: () => void, evaluate: () => T): T {
    if (this.#evaluations === 0) {
      this.checkIdle();
      exchange();
    }
    this.#evaluations++;
    const end = (): void => {
      this.#evaluations--;
      if (this.#evaluations === 0) exchange();
    };
    let result: T;
    try {
      result = evaluate();
    } catch (error) {
      end();
      throw error;
    }
    if (isPromise(result)) return Promise.resolve(result).finally(end) as T;
    end();
    return result;
  }

  /**
   * Releases all allocations.
   * @throws Error during an evaluation with exchanged weights
   */
  dispose(): void {
    if (this.#disposed) return;
    this.checkIdle();
    this.#disposed = true;
    for (const [start, bytes] of this.#allocated) this.release(start, bytes);
  }
}

const isPromise = (value: unknown): boolean =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
