import { sizeOf } from "../core/shape.ts";
import { GraphError } from "../error.ts";
import type { Network } from "./network.ts";

export interface AdaptOptions {
  /** Of the pixels from 0 to 1, for images in bytes; as the training step normalises them. Default 0 and 1. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/**
 * Gives a new network the first numbers that depend on the data, such as the filters of a whitening layer, before its
 * first step. Most models have none.
 * @param images of the training data, [count, ...imageShape]: bytes, or numbers that are normalised already. A few
 * thousand are enough
 * @returns the names of the parameters and buffers that were set
 * @throws GraphError for arrays that are not whole images
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
    const found = `${images.length} numbers of images`;
    throw new GraphError(`${model.name}: ${found}: expected ${sizeOf(model.imageShape)} for each, of one or more`);
  }
  const [channels, height, width] = model.imageShape;
  const normalized =
    images instanceof Float32Array
      ? images
      : Float32Array.from(images, (pixel, i) => {
          const channel = Math.floor(i / (height * width)) % channels;
          return (pixel / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
        });
  for (const { name, adapter } of variables) {
    const value = (buffers[name] ?? parameters.value(name)) as Float32Array;
    value.set(adapter?.(normalized, [count, ...model.imageShape]) as Float32Array);
  }
  return variables.map(({ name }) => name);
}
