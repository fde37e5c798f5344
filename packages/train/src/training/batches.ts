import {
  type AugmentDescription,
  type Batch,
  isStream,
  type Order,
  type PixelArray,
  type Prefetch,
  prefetch,
  type Sampler,
  streamBatches,
} from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import type { ClockOptions } from "./clock.ts";
import type { TrainingImages } from "./data.ts";
import { batchesOf, type MicroBatch, type Position, planBatches } from "./plan.ts";

export interface BatchesOptions extends ClockOptions {
  /** Maximum micro-batch size. */
  readonly largestPart: number;
  readonly seed: number;
  readonly augment: readonly AugmentDescription[];
  readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] } | undefined;
  readonly sampler: Sampler | undefined;
}

/** Number of micro-batches to prepare ahead. */
const AHEAD = 6;

/** Stream of micro-batches, prepared ahead in a separate thread if that can read the images. */
export class Batches {
  readonly #images: TrainingImages;
  readonly #options: BatchesOptions;
  #source: Prefetch<PixelArray> | null = null;
  #waited = 0;

  constructor(images: TrainingImages, options: BatchesOptions) {
    this.#images = images;
    this.#options = options;
  }

  /** Starts at a position with an order of the images. Batches prepared for another position are dropped. */
  async start(position: Position, order: Order): Promise<void> {
    await this.close();
    const { seed, augment, normalization, sampler } = this.#options;
    const settings = defined({ seed, augment: [...augment], normalization });
    const plan = this.#plan(position);
    const choice = sampler ? { sampler } : { order };
    this.#source = isStream(this.#images)
      ? streamBatches(this.#images, settings, plan)
      : prefetch(this.#images, { ...settings, ...choice }, plan, { ahead: AHEAD });
  }

  *#plan(position: Position): Generator<MicroBatch> {
    const { largestPart } = this.#options;
    for (const step of planBatches(this.#options, position)) yield* batchesOf(step, this.#options, largestPart).flat();
  }

  next(): Promise<Batch<PixelArray>> {
    return (this.#source as Prefetch<PixelArray>).next();
  }

  /** Returns the memory of a batch, which is empty afterwards. */
  recycle(batch: Batch<PixelArray>): void {
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
