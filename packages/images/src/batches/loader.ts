import type { Normalization } from "@downhill/optim/image";
import type { AugmentDescription } from "../augment/index.ts";
import { createPipeline } from "../augment/pipeline.ts";
import { DataError } from "../error.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { sizeOf } from "../image-set/shape.ts";
import type { Batch } from "./batch.ts";
import { createOrder, type Order } from "./order.ts";

export interface LoaderOptions {
  /** Of the order and of augmentation. */
  readonly seed: number;
  /** Default: "shuffled", anew each epoch. */
  readonly order?: Order;
  /** What is done to images at random, in order; default nothing. */
  readonly augment?: readonly AugmentDescription[];
  /** Of the data set: its mean fills what augmentation leaves empty. Default: black does. */
  readonly normalization?: Normalization;
}

/** Batches as a pure function of seed, epoch and place: nothing to save, and training goes on at any step. */
export interface Loader {
  /** Images in an epoch. */
  readonly length: number;
  /**
   * The images at positions `from` to below `from + count` of an epoch. How an epoch is cut into batches changes nothing
   * in its images.
   * @param epoch from 0
   * @param memory for the images, where it is of the right size; default: new
   * @throws DataError for positions outside of the epoch
   */
  batch(epoch: number, from: number, count: number, memory?: ArrayBuffer): Batch;
}

/**
 * Makes batches of a set.
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
  // Images are changed here, one after another, and then copied to their place in the batch.
  const [pixels, other] = [new Uint8Array(size), new Uint8Array(size)];
  const load = (epoch: number, image: number, into: Uint8Array): void => {
    set.read(image, into);
    pipeline.change(epoch, image, into);
  };
  return {
    length: orders.length,
    batch(epoch, from, count, memory) {
      checkPlace(orders.length, epoch, from, count);
      const positions = orders.of(epoch);
      const images = memory?.byteLength === count * size ? new Uint8Array(memory) : new Uint8Array(count * size);
      const labels = new Int32Array(count);
      const mix = mixer && { labels: new Int32Array(count), share: new Float32Array(count) };
      for (let i = 0; i < count; i++) {
        const image = positions[from + i] as number;
        labels[i] = set.labels[image] as number;
        load(epoch, image, pixels);
        if (mixer && mix) {
          // Of the whole epoch, and not of the batch, which may be cut anywhere.
          const partner = positions[mixer.partner(epoch, image, positions.length)] as number;
          load(epoch, partner, other);
          mix.labels[i] = set.labels[partner] as number;
          mix.share[i] = mixer.mix(epoch, image, pixels, other);
        }
        images.set(pixels, i * size);
      }
      return mix ? { images, labels, mix } : { images, labels };
    },
  };
}

function checkPlace(length: number, epoch: number, from: number, count: number): void {
  const whole = (value: number, least: number): boolean => Number.isInteger(value) && value >= least;
  if (!whole(epoch, 0)) throw new DataError(`batch: epoch = ${epoch}: expected a whole number from 0 on`);
  if (!whole(from, 0) || !whole(count, 1) || from + count > length) {
    throw new DataError(
      `batch: from = ${from}, count = ${count}: expected positions within the epoch's ${length} images`,
    );
  }
}
