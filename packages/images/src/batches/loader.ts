import type { Normalization } from "@downhill/optim/image";
import type { AugmentDescription } from "../augment/index.ts";
import type { Pipeline } from "../augment/pipeline.ts";
import { DataError } from "../error.ts";
import {
  type CheckedSource,
  checkSource,
  type ImageSource,
  type PixelArray,
  pixelsFor,
} from "../image-set/image-source.ts";
import { copyTarget, LABELS, targetsFor } from "../image-set/targets.ts";
import { pipelineFor } from "./augmentations.ts";
import type { Batch } from "./batch.ts";
import { createOrder, type Order } from "./order.ts";
import type { Sampler } from "./samplers.ts";

export interface LoaderOptions {
  /** The random seed of the order and of augmentation; default 0. */
  readonly seed?: number;
  /** Default: "shuffled", differently in each epoch. */
  readonly order?: Order;
  /** The choice of images: `weighted(weights)`, `balanced()`, `sequential()` or `shuffled()`, in place of `order`. */
  readonly sampler?: Sampler;
  /** The random changes to images, in order; default none. */
  readonly augment?: readonly AugmentDescription[];
  /** The data set's normalization. Its mean fills the areas that augmentation leaves empty. Default: black fills them. */
  readonly normalization?: Normalization;
}

export interface EpochOptions {
  /** True to leave out a last batch that is smaller than the others. Default false. */
  readonly dropLast?: boolean;
  /** The number of images to skip, to resume within an epoch; default 0. */
  readonly from?: number;
}

/** Batches as a pure function of seed, epoch and position: a training resumes at any step without any saved state. */
export interface Loader<Pixels extends PixelArray = Uint8Array> {
  /** The number of images in an epoch. */
  readonly length: number;
  /**
   * Returns the images at the positions from `from` to below `from + count` of an epoch. The division of an epoch into
   * batches does not change its images.
   * @param epoch from 0
   * @param memory for the images, reused if it has the right size; default: new memory
   * @throws DataError for positions outside of the epoch
   */
  batch(epoch: number, from: number, count: number, memory?: ArrayBuffer): Batch<Pixels>;
  /**
   * Returns the batches of an epoch, to iterate over. The last one has the remaining images.
   * @param epoch from 0
   * @throws DataError for an invalid epoch, batch size or position
   * @example for (const { images, labels } of loader.epoch(0, 64)) await step.run(images, labels);
   */
  epoch(epoch: number, batchSize: number, options?: EpochOptions): Iterable<Batch<Pixels>>;
}

/**
 * Creates a loader, which makes batches of images.
 * @param images an image set of `imageSet` or `openDataSet`, or an object of your own
 * @throws DataError for invalid members of the images, or invalid options
 * @example
 * const loader = createLoader(data.train, { seed: 0, augment: [{ kind: "crop" }, { kind: "flip" }] });
 * for (const { images, labels } of loader.epoch(0, 64)) console.log(images.length, labels.length);
 */
export function createLoader<Pixels extends PixelArray>(
  images: ImageSource<Pixels>,
  options: LoaderOptions = {},
): Loader<Pixels> {
  const source = checkSource("createLoader", images as ImageSource);
  const { seed = 0 } = options;
  const orders = createOrder(source, seed, orderOf(options));
  const pipeline = pipelineFor("createLoader", source, options);
  const load = createLoad<Pixels>(source, pipeline);
  const loader: Loader<Pixels> = {
    length: orders.length,
    batch(epoch, from, count, memory) {
      checkPositions(orders.length, epoch, from, count);
      const positions = orders.of(epoch);
      images.prepare?.([...positions.subarray(from, from + count)]);
      return load({ epoch, positions, from, count, repeats: orders.repeats }, memory);
    },
    epoch(epoch, batchSize, { dropLast = false, from = 0 } = {}) {
      const { length } = orders;
      if (!Number.isInteger(batchSize) || batchSize < 1) {
        throw new DataError(`epoch: batchSize = ${batchSize}. Expected a whole number of at least 1.`);
      }
      if (!Number.isInteger(from) || from < 0 || from > length) {
        throw new DataError(`epoch: from = ${from}. Expected a position in the epoch, from 0 to ${length}.`);
      }
      if (!Number.isInteger(epoch) || epoch < 0) {
        throw new DataError(`epoch: epoch = ${epoch}. Expected a whole number of at least 0.`);
      }
      const end = dropLast ? length - ((length - from) % batchSize) : length;
      return {
        *[Symbol.iterator]() {
          for (let at = from; at < end; at += batchSize) yield loader.batch(epoch, at, Math.min(batchSize, end - at));
        },
      };
    },
  };
  return loader;
}

/** Returns the order that options choose. */
export function orderOf({ order, sampler }: Pick<LoaderOptions, "order" | "sampler">): Order | Sampler {
  if (order !== undefined && sampler !== undefined) {
    throw new DataError("createLoader: order and sampler. Expected one of them.");
  }
  return sampler ?? order ?? "shuffled";
}

interface Positions {
  readonly epoch: number;
  /** The images of the epoch, in order. */
  readonly positions: Int32Array;
  readonly from: number;
  readonly count: number;
  /** True if an image may be in the epoch several times. */
  readonly repeats: boolean;
}

/** Returns the function that makes a batch of images by their positions. */
function createLoad<Pixels extends PixelArray>(
  source: CheckedSource,
  pipeline: Pipeline | null,
): (positions: Positions, memory?: ArrayBuffer) => Batch<Pixels> {
  const { size, labels, targets } = source;
  const mixer = pipeline?.mixer;
  const names = Object.keys(targets);
  const entry = (name: string) => targets[name] as NonNullable<(typeof targets)[string]>;
  // Images are changed here, one after another, and then copied into the batch.
  const [pixels, other] = [pixelsFor(source, 1), pixelsFor(source, 1)];
  /** Loads an image with its augmentation. @param draw the number that its random changes depend on */
  const load = (epoch: number, image: number, draw: number, into: PixelArray): void => {
    source.read(image, into);
    pipeline?.change(epoch, draw, into as Uint8Array);
  };
  return ({ epoch, positions, from, count, repeats }, memory) => {
    const all = pixelsFor(source, count, memory);
    const values = Object.fromEntries(names.map((name) => [name, targetsFor(entry(name), count)]));
    const mix = mixer && { labels: new Int32Array(count), share: new Float32Array(count) };
    positions.subarray(from, from + count).forEach((image, i) => {
      // Each repetition of an image has changes of its own.
      const draw = repeats ? from + i : image;
      load(epoch, image, draw, pixels);
      for (const name of names) copyTarget(entry(name), image, values[name] as Float32Array, i);
      if (mixer && mix) {
        // The partner is drawn from the whole epoch, because a batch may be cut anywhere.
        const at = mixer.partner(epoch, draw, positions.length);
        const partner = positions[at] as number;
        load(epoch, partner, repeats ? at : partner, other);
        mix.labels[i] = labels[partner] as number;
        mix.share[i] = mixer.mix(epoch, draw, pixels as Uint8Array, other as Uint8Array);
      }
      all.set(pixels, i * size);
    });
    const classLabels = labels.length > 0 ? (values[LABELS] as Int32Array) : new Int32Array();
    return { images: all as Pixels, labels: classLabels, targets: values, ...(mix && { mix }) };
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
