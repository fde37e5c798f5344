import { sizeOf } from "../core/shape.ts";
import { GraphError } from "../error.ts";
import type { Network } from "./network.ts";

export interface AdaptOptions {
  /** Mean of pixels from 0 to 1, by channel: as in the training step, for images of bytes. Default 0. */
  readonly mean?: readonly number[];
  /** Standard deviation of pixels from 0 to 1, by channel. Default 1. */
  readonly std?: readonly number[];
}

/**
 * Sets the initial values of a network that depend on the data, such as the filters of a whitening layer. Call it before
 * the first step. Most models have no such values.
 * @param images images of the training data, [count, ...imageShape]: bytes, or normalized numbers. A few thousand images
 * are enough
 * @returns the names of the parameters and buffers that it sets
 * @throws GraphError if there is no image or an incomplete one
 * @example adapt(network, images, { mean: [0.49, 0.48, 0.45], std: [0.25, 0.24, 0.26] }); // ["whiten.weight"]
 */
export function adapt(
  { model, parameters, buffers }: Network,
  images: Uint8Array | Float32Array,
  { mean = [], std = [] }: AdaptOptions = {},
): string[] {
  const variables = [...model.parameters, ...model.buffers].filter(({ adapter }) => adapter);
  if (variables.length === 0) return [];
  const count = images.length / sizeOf(model.imageShape);
  if (!Number.isInteger(count) || count === 0) {
    const size = sizeOf(model.imageShape);
    throw new GraphError(
      `${model.name}: the images have ${images.length} numbers. Expected a positive multiple of ${size}, the numbers of one image.`,
    );
  }
  const [channels = 1, ...plane] = model.imageShape;
  const normalized =
    images instanceof Float32Array
      ? images
      : Float32Array.from(images, (pixel, i) => {
          const channel = Math.floor(i / sizeOf(plane)) % channels;
          return (pixel / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
        });
  for (const { name, adapter } of variables) {
    const adapted = adapter?.(normalized, [count, ...model.imageShape]);
    if (adapted) (buffers[name] ?? parameters.value(name)).set(adapted);
  }
  return variables.map(({ name }) => name);
}
