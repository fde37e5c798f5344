import type { Normalization } from "@downhill/optim/image";
import { input } from "../core/input.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import type { Model } from "../model/model.ts";
import { normalizeImages } from "../ops/normalize-images.ts";

/** Name of the input for images. */
export const IMAGES = "images";

/** Builds the normalized images of a batch, from an input of bytes, or of numbers without a normalization. */
export function imagesOf({ imageShape }: Model, batchSize: number, normalization?: Normalization): Tensor {
  const shape = [batchSize, ...imageShape];
  return normalization ? normalizeImages(input(IMAGES, shape, "uint8"), normalization) : input(IMAGES, shape);
}

/**
 * Returns the number of images in an array.
 * @throws GraphError if the array has the wrong type, is empty, or contains an incomplete image
 */
export function countImages(
  { name, imageShape }: Model,
  images: Float32Array | Uint8Array,
  normalization?: Normalization,
): number {
  const Type = normalization ? Uint8Array : Float32Array;
  if (!(images instanceof Type)) {
    const why = normalization ? "which the graph normalizes" : "already normalized";
    throw new GraphError(`${name}: expected images as a ${Type.name}, ${why}`);
  }
  const size = sizeOf(imageShape);
  if (images.length === 0) throw new GraphError(`${name}: the batch is empty. Expected at least one image.`);
  if (images.length % size !== 0) {
    throw new GraphError(
      `${name}: the images have ${images.length} numbers. Expected a multiple of ${size}, the numbers of one image.`,
    );
  }
  return images.length / size;
}
