import type { Normalization } from "@downhill/optim/image";
import { input } from "../core/input.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import type { Model } from "../model/model.ts";
import { normalizeImages } from "../ops/normalize-images.ts";

/** The input that batches of images come by. */
export const IMAGES = "images";

/** The images of a batch in a graph: bytes that it normalises itself, or numbers that are normalised already. */
export function imagesOf({ imageShape }: Model, batchSize: number, normalization?: Normalization): Tensor {
  const shape = [batchSize, ...imageShape];
  return normalization ? normalizeImages(input(IMAGES, shape, "uint8"), normalization) : input(IMAGES, shape);
}

/**
 * How many images there are.
 * @throws GraphError for an array of another type than the graph takes, or whose length is no number of images
 */
export function countImages(
  { name, imageShape }: Model,
  images: Float32Array | Uint8Array,
  normalization?: Normalization,
): number {
  const Type = normalization ? Uint8Array : Float32Array;
  if (!(images instanceof Type)) {
    const why = normalization ? "which are normalised in the graph" : "normalised already";
    throw new GraphError(`${name}: expected images as a ${Type.name}, ${why}`);
  }
  const size = sizeOf(imageShape);
  if (images.length === 0) throw new GraphError(`${name}: the batch is empty: expected at least one image`);
  if (images.length % size !== 0) {
    throw new GraphError(`${name}: ${images.length} numbers of images: expected ${size} for each image`);
  }
  return images.length / size;
}
