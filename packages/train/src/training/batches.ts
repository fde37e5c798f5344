import { type AugmentDescription, type Batch, type ImageSet, type Prefetch, prefetch } from "@downhill/images";
import type { ClockOptions } from "./clock.ts";
import { batchesOf, type MicroBatch, type Position, planBatches } from "./plan.ts";

export interface BatchesOptions extends ClockOptions {
  /** Maximum micro-batch size. */
  readonly largestPart: number;
  readonly seed: number;
  readonly augment: readonly AugmentDescription[];
  readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/** Number of micro-batches to prepare ahead. */
const AHEAD = 6;

/** Stream of micro-batches, prepared ahead in a separate thread. */
export class Batches {
  readonly #set: ImageSet;
  readonly #options: BatchesOptions;
  #source: Prefetch | null = null;
  #waited = 0;

  constructor(set: ImageSet, options: BatchesOptions) {
    this.#set = set;
    this.#options = options;
  }

  /** Starts at a position with an order of the images. Batches prepared for another position are dropped. */
  async start(position: Position, order: "shuffled" | "sequential" | Int32Array): Promise<void> {
    await this.close();
    const { seed, augment, normalization } = this.#options;
    const settings = { seed, order, augment: [...augment], normalization };
    this.#source = prefetch(this.#set, settings, this.#plan(position), { ahead: AHEAD });
  }

  *#plan(position: Position): Generator<MicroBatch> {
    const { largestPart } = this.#options;
    for (const step of planBatches(this.#options, position)) yield* batchesOf(step, this.#options, largestPart).flat();
  }

  next(): Promise<Batch> {
    return (this.#source as Prefetch).next();
  }

  /** Returns the memory of a batch, which is empty afterwards. */
  recycle(batch: Batch): void {
    this.#source?.recycle(batch);
  }

  /** Milliseconds that the training has waited for images. */
  get waited(): number {
    return this.#waited + (this.#source?.waited ?? 0);
  }

  async close(): Promise<void> {
    const source = this.#source;
    this.#source = null;
    this.#waited += source?.waited ?? 0;
    await source?.close();
  }
}
