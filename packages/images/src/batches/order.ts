import { DataError } from "../error.ts";
import { permutation, randomKey } from "../random.ts";

/** The order of images in an epoch: "shuffled" differently in each, "sequential", or the same given images in each. */
export type Order = "shuffled" | "sequential" | Int32Array;

/** The images of each epoch by position. */
export interface EpochOrder {
  readonly length: number;
  /** Returns the images of an epoch, in order. */
  of(epoch: number): Int32Array;
}

/** Creates the order of a set's images. A shuffled epoch is a pure function of seed and epoch. */
export function createOrder(images: number, seed: number, order: Order): EpochOrder {
  if (order !== "shuffled") {
    const fixed = order === "sequential" ? Int32Array.from({ length: images }, (_, i) => i) : checked(order, images);
    return { length: fixed.length, of: () => fixed };
  }
  let kept: { readonly epoch: number; readonly order: Int32Array } | undefined;
  return {
    length: images,
    of(epoch) {
      if (kept?.epoch !== epoch) kept = { epoch, order: permutation(images, randomKey(seed, epoch, "order")) };
      return kept.order;
    },
  };
}

function checked(order: Int32Array, images: number): Int32Array {
  if (!(order instanceof Int32Array)) {
    throw new DataError(`order = ${String(order)}: expected "shuffled", "sequential" or an Int32Array of images`);
  }
  const outside = order.find((image) => image < 0 || image >= images);
  if (outside !== undefined) {
    throw new DataError(`order: it contains image ${outside}: expected numbers from 0 to ${images - 1}`);
  }
  return order.slice();
}
