import type { Normalization } from "@downhill/optim/image";
import type { AugmentDescription } from "../augment/index.ts";
import { createPipeline } from "../augment/pipeline.ts";
import { DataError } from "../error.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { sizeOf } from "../image-set/shape.ts";
import type { Batch } from "./batch.ts";
import { createOrder, type Order } from "./order.ts";

export interface LoaderOptions {
  /** The random seed of the order and of augmentation. */
  readonly seed: number;
  /** Default: "shuffled", differently in each epoch. */
  readonly order?: Order;
  /** The random changes to images, in order; default none. */
  readonly augment?: readonly AugmentDescription[];
  /** The data set's normalization. Its mean fills the areas that augmentation leaves empty. Default: black fills them. */
  readonly normalization?: Normalization;
}

/** Batches as a pure function of seed, epoch and position: a training resumes at any step without any saved state. */
export interface Loader {
  /** The number of images in an epoch. */
  readonly length: number;
  /**
   * Returns the images at the positions from `from` to below `from + count` of an epoch. The division of an epoch into
   * batches does not change its images.
   * @param epoch from 0
   * @param memory for the images, reused if it has the right size; default: new memory
   * @throws DataError for positions outside of the epoch
   */
  batch(epoch: number, from: number, count: number, memory?: ArrayBuffer): Batch;
}

/**
 * Creates a loader, which makes batches of a set.
 * @example
 * const loader = createLoader(data.train, { seed: 0, augment: [{ kind: "crop" }, { kind: "flip" }] });
 * const { images, labels } = loader.batch(0, 0, 64); // the first 64 images of the first epoch
 */
export function createLoader(set: ImageSet, options: LoaderOptions): Loader {
  const { seed, order = "shuffled", augment = [], normalization } = options;
  const orders = createOrder(set.length, seed, order);
  const pipeline = createPipeline(augment, set.imageShape, seed, normalization);
  const { mixer } = pipeline;
  const size = sizeOf(set.imageShape);
  // Images are changed here, one after another, and then copied into the batch.
  const [pixels, other] = [new Uint8Array(size), new Uint8Array(size)];
  /** Loads an image with its augmentation. Returns its label. */
  const load = (epoch: number, image: number, into: Uint8Array): number => {
    set.read(image, into);
    pipeline.change(epoch, image, into);
    return set.labels[image] as number;
  };
  return {
    length: orders.length,
    batch(epoch, from, count, memory) {
      checkPositions(orders.length, epoch, from, count);
      const positions = orders.of(epoch);
      const images = memory?.byteLength === count * size ? new Uint8Array(memory) : new Uint8Array(count * size);
      const labels = new Int32Array(count);
      const mix = mixer && { labels: new Int32Array(count), share: new Float32Array(count) };
      set.prepare?.([...positions.subarray(from, from + count)]);
      positions.subarray(from, from + count).forEach((image, i) => {
        labels[i] = load(epoch, image, pixels);
        if (mixer && mix) {
          // The partner is drawn from the whole epoch, because a batch may be cut anywhere.
          const partner = positions[mixer.partner(epoch, image, positions.length)] as number;
          mix.labels[i] = load(epoch, partner, other);
          mix.share[i] = mixer.mix(epoch, image, pixels, other);
        }
        images.set(pixels, i * size);
      });
      return mix ? { images, labels, mix } : { images, labels };
    },
  };
}

function checkPositions(length: number, epoch: number, from: number, count: number): void {
  const isWhole = (value: number, least: number): boolean => Number.isInteger(value) && value >= least;
  if (!isWhole(epoch, 0)) throw new DataError(`batch: epoch = ${epoch}: expected a whole number of at least 0`);
  if (!isWhole(from, 0) || !isWhole(count, 1) || from + count > length) {
    throw new DataError(
      `batch: from = ${from}, count = ${count}: expected positions within the epoch's ${length} images`,
    );
  }
}
