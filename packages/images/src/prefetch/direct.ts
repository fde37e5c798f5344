import type { Batch } from "../batches/batch.ts";
import type { Loader } from "../batches/loader.ts";
import { DataError } from "../error.ts";
import type { PixelArray } from "../image-set/image-source.ts";
import type { PlannedBatch, Prefetch } from "./plan.ts";

/** Batches of images that only this thread can read. Each is made when it is required. */
export class DirectPrefetch<Pixels extends PixelArray> implements Prefetch<Pixels> {
  readonly #loader: Loader<Pixels>;
  readonly #plan: Iterator<PlannedBatch>;
  #memory: ArrayBuffer | undefined;
  #closed = false;
  waited = 0;

  constructor(loader: Loader<Pixels>, plan: Iterable<PlannedBatch>) {
    this.#loader = loader;
    this.#plan = plan[Symbol.iterator]();
  }

  async next(): Promise<Batch<Pixels>> {
    if (this.#closed) throw new DataError("next: the batches are closed. Expected no further calls.");
    const { value, done } = this.#plan.next();
    if (done) throw new DataError("next: the plan has ended. Expected no further calls.");
    const began = performance.now();
    const memory = this.#memory;
    this.#memory = undefined;
    try {
      return this.#loader.batch(value.epoch, value.from, value.count, memory);
    } finally {
      this.waited += performance.now() - began;
    }
  }

  recycle({ images }: Batch<Pixels>): void {
    this.#memory = images.buffer as ArrayBuffer;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}
