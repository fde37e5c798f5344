import type { Pipeline } from "../augment/pipeline.ts";
import { pipelineFor } from "../batches/augmentations.ts";
import type { Batch } from "../batches/batch.ts";
import type { LoaderOptions } from "../batches/loader.ts";
import { DataError } from "../error.ts";
import type { PixelArray } from "../image-set/image-source.ts";
import { sizeOf } from "../image-set/shape.ts";
import { isShape } from "../image-set/targets.ts";
import type { PlannedBatch, Prefetch } from "../prefetch/plan.ts";
import { type PieceFormat, PieceReader, type Pieces } from "./pieces.ts";

/**
 * Training images that arrive one after another and that no index reads: from a network, a database or a generator.
 * @example
 * const noise: StreamSource = {
 *   imageShape: [1, 8, 8],
 *   length: 1000,
 *   async *open(epoch) {
 *     for (let i = 0; i < 1000; i++) yield { images: new Uint8Array(64).fill(epoch), labels: [i % 2] };
 *   },
 * };
 */
export interface StreamSource extends PieceFormat {
  /** Number of images of an epoch that a training uses. Schedules are fitted to it. */
  readonly length: number;
  /** Names of the classes; default their numbers. */
  readonly classNames?: readonly string[];
  /**
   * Opens an epoch. A training that is resumed opens its epoch again and passes over the images before its position, so
   * that equal epochs must give equal images for an exact resume.
   * @param epoch from 0
   */
  open(epoch: number): Pieces;
}

/** Returns true for a stream, which has a function `open` instead of `read`. */
export const isStream = (images: object): images is StreamSource => "open" in images && !("read" in images);

/**
 * Checks the members of a stream.
 * @param place name of the function or option, for errors
 * @throws DataError for a missing or invalid member
 */
export function checkStream(place: string, { imageShape, length, dtype = "uint8", open }: StreamSource): void {
  if (typeof open !== "function") {
    throw new DataError(`${place}: the stream has no function open(epoch). Expected { imageShape, length, open }.`);
  }
  if (!isShape(imageShape)) {
    throw new DataError(
      `${place}: imageShape = ${JSON.stringify(imageShape)}. Expected the shape of one image, such as [1, 28, 28].`,
    );
  }
  if (!Number.isInteger(length) || length < 1) {
    throw new DataError(`${place}: length = ${length}. Expected the number of images of an epoch, at least 1.`);
  }
  if (dtype !== "uint8" && dtype !== "float32") {
    throw new DataError(`${place}: dtype = ${JSON.stringify(dtype)}. Expected "uint8" or "float32".`);
  }
}

/**
 * Makes the batches of a plan from a stream, in its order. Random changes depend on seed, epoch and position.
 * @throws DataError for an invalid stream, or augmentations that mix images
 */
export function streamBatches(
  stream: StreamSource,
  options: Pick<LoaderOptions, "seed" | "augment" | "normalization">,
  plan: Iterable<PlannedBatch>,
): Prefetch<PixelArray> {
  checkStream("stream", stream);
  const { imageShape, dtype = "uint8" } = stream;
  const pipeline = pipelineFor("stream", { imageShape, dtype, labels: new Int32Array(1), targets: {} }, options);
  if (pipeline?.mixer) {
    throw new DataError("stream: mixup and cutmix need any two images of an epoch. Remove them from augment.");
  }
  return new StreamPrefetch(stream, pipeline, plan);
}

class StreamPrefetch implements Prefetch<PixelArray> {
  readonly #stream: StreamSource;
  readonly #pipeline: Pipeline | null;
  readonly #plan: Iterator<PlannedBatch>;
  #open: { readonly epoch: number; readonly reader: PieceReader; position: number } | null = null;
  #closed = false;
  waited = 0;

  constructor(stream: StreamSource, pipeline: Pipeline | null, plan: Iterable<PlannedBatch>) {
    this.#stream = stream;
    this.#pipeline = pipeline;
    this.#plan = plan[Symbol.iterator]();
  }

  async next(): Promise<Batch<PixelArray>> {
    if (this.#closed) throw new DataError("next: the batches are closed. Expected no further calls.");
    const { value, done } = this.#plan.next();
    if (done) throw new DataError("next: the plan has ended. Expected no further calls.");
    const began = performance.now();
    try {
      return await this.#batch(value);
    } finally {
      this.waited += performance.now() - began;
    }
  }

  async #batch({ epoch, from, count }: PlannedBatch): Promise<Batch<PixelArray>> {
    if (this.#open?.epoch !== epoch || this.#open.position !== from) {
      await this.#open?.reader.close();
      const reader = new PieceReader(this.#stream.open(epoch), this.#stream, "stream");
      this.#open = { epoch, reader, position: await reader.skip(from) };
    }
    const size = sizeOf(this.#stream.imageShape);
    const batch = await this.#open.reader.take(count);
    this.#open.position += (batch?.images.length ?? 0) / size;
    if (!batch || this.#open.position < from + count) {
      throw new DataError(
        `stream: epoch ${epoch} ended after ${this.#open.position} images. Expected ${this.#stream.length} images, the length of the stream.`,
      );
    }
    for (let i = 0; this.#pipeline && i < count; i++) {
      this.#pipeline.change(epoch, from + i, batch.images.subarray(i * size, (i + 1) * size) as Uint8Array);
    }
    return batch;
  }

  recycle(): void {}

  async close(): Promise<void> {
    this.#closed = true;
    const open = this.#open;
    this.#open = null;
    await open?.reader.close();
  }
}
