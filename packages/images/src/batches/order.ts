import { DataError } from "../error.ts";
import type { CheckedSource } from "../image-set/image-source.ts";
import { typeName } from "../image-set/targets.ts";
import { permutation, randomKey, shuffle, wholeAt } from "../random.ts";
import type { Sampler } from "./samplers.ts";

/** The order of images in an epoch: "shuffled" differently in each, "sequential", or the same given images in each. */
export type Order = "shuffled" | "sequential" | Int32Array;

/** The images of each epoch by position. */
export interface EpochOrder {
  readonly length: number;
  /** True if an epoch may contain an image several times, each time with other random changes. */
  readonly repeats: boolean;
  /** Returns the images of an epoch, in order. */
  of(epoch: number): Int32Array;
}

/** Creates the order of a set's images. An epoch is a pure function of seed and epoch. */
export function createOrder(
  source: Pick<CheckedSource, "length" | "labels">,
  seed: number,
  order: Order | Sampler,
): EpochOrder {
  const { length: images, labels } = source;
  const sampler: Sampler | Int32Array = typeof order === "string" ? { kind: order } : order;
  if (sampler instanceof Int32Array) return fixed(checked(sampler, images));
  if (sampler?.kind === "sequential") return fixed(Int32Array.from({ length: images }, (_, i) => i));
  if (sampler?.kind === "shuffled") {
    return varying(images, false, (epoch) => permutation(images, randomKey(seed, epoch, "order")));
  }
  if (sampler?.kind === "weighted" || sampler?.kind === "balanced") {
    const { length = images } = sampler;
    if (!Number.isInteger(length) || length < 1) {
      throw new DataError(`sampler: length = ${length}. Expected the number of images in an epoch, at least 1.`);
    }
    const of = sampler.kind === "weighted" ? drawn(sampler.weights, images, length, seed) : even(labels, length, seed);
    return varying(length, true, of);
  }
  throw new DataError(
    `order = ${typeof order === "object" ? JSON.stringify(order) : String(order)}: expected "shuffled", "sequential", an Int32Array of images, or a sampler`,
  );
}

const fixed = (order: Int32Array): EpochOrder => ({ length: order.length, repeats: false, of: () => order });

function varying(length: number, repeats: boolean, create: (epoch: number) => Int32Array): EpochOrder {
  let kept: { readonly epoch: number; readonly order: Int32Array } | undefined;
  return {
    length,
    repeats,
    of(epoch) {
      if (kept?.epoch !== epoch) kept = { epoch, order: create(epoch) };
      return kept.order;
    },
  };
}

function checked(order: Int32Array, images: number): Int32Array {
  const outside = order.find((image) => image < 0 || image >= images);
  if (outside !== undefined) {
    throw new DataError(`order: it contains image ${outside}: expected numbers from 0 to ${images - 1}`);
  }
  return order.slice();
}

/** Draws images with replacement, by their weights. */
function drawn(weights: Float64Array, images: number, length: number, seed: number): (epoch: number) => Int32Array {
  if (!(weights instanceof Float64Array)) {
    throw new DataError(`sampler: weights is ${typeName(weights)}. Expected a Float64Array, as weighted() returns it.`);
  }
  if (weights.length !== images) {
    throw new DataError(`sampler: ${weights.length} weights for ${images} images. Expected one for each image.`);
  }
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (wrong >= 0) {
    throw new DataError(`sampler: the weight of image ${wrong} is ${weights[wrong]}. Expected a number of at least 0.`);
  }
  let total = 0;
  const sums = weights.map((weight) => {
    total += weight;
    return total;
  });
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
    throw new DataError(`sampler: the sum of the weights is ${total}. Expected a finite number above 0.`);
  }
  return (epoch) => {
    const key = randomKey(seed, epoch, "weighted");
    return Int32Array.from({ length }, (_, position) =>
      firstAbove(sums, (wholeAt(position, key, 2 ** 32) / 2 ** 32) * total),
    );
  };
}

/** Returns the index of the first sum above a value. */
function firstAbove(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Draws equally many images of each class. Each class is an endless sequence of shuffles of its images, from which each
 * epoch takes the next ones.
 */
function even(labels: Int32Array, length: number, seed: number): (epoch: number) => Int32Array {
  if (labels.length === 0) throw new DataError("sampler: the images have no class labels. Expected labels to balance.");
  const byClass = new Map<number, number[]>();
  for (const [image, label] of labels.entries()) {
    const images = byClass.get(label);
    if (images) images.push(image);
    else byClass.set(label, [image]);
  }
  const classes = [...byClass.keys()].sort((a, b) => a - b).map((label) => byClass.get(label) as number[]);
  const count = classes.length;
  /** Returns the number of images of a class in all epochs before one. The classes take turns with the rest. */
  const before = (index: number, epoch: number): number => Math.floor((epoch * length - index + count - 1) / count);
  return (epoch) => {
    const chosen = new Int32Array(length);
    let position = 0;
    for (const [index, images] of classes.entries()) {
      let [round, shuffledImages]: [number, Int32Array] = [-1, new Int32Array()];
      for (let next = before(index, epoch); next < before(index, epoch + 1); next++) {
        const current = Math.floor(next / images.length);
        if (current !== round) {
          round = current;
          shuffledImages = permutation(images.length, randomKey(seed, round, `class ${index}`));
        }
        chosen[position++] = images[shuffledImages[next % images.length] as number] as number;
      }
    }
    return shuffle(chosen, randomKey(seed, epoch, "balanced"));
  };
}
