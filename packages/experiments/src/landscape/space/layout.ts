import type { Model } from "@downhill/graph";

/** Variable of a model in a vector of all its weights. */
export interface LayoutPart {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
  /** True for a parameter that the training changes. */
  readonly isTrained: boolean;
}

/** Order of the weights of a model in one vector. */
export interface Layout {
  readonly parts: readonly LayoutPart[];
  readonly size: number;
}

/**
 * Returns the layout of all parameters and buffers of a model.
 * @param isLeftOut true for a variable that the vector does not have, such as measured statistics
 * @param isTrained true for a parameter that the training changes
 */
export function layoutOf(
  { parameters, buffers }: Model,
  isLeftOut: (name: string) => boolean,
  isTrained: (name: string) => boolean,
): Layout {
  let size = 0;
  const parts = [...parameters, ...buffers]
    .filter(({ name }) => !isLeftOut(name))
    .map(({ name, shape }): LayoutPart => {
      const offset = size;
      const count = shape.reduce((product, length) => product * length, 1);
      size += count;
      const isParameter = parameters.some((parameter) => parameter.name === name);
      return { name, shape, offset, size: count, isTrained: isParameter && isTrained(name) };
    });
  return { parts, size };
}

/** Returns weights by name as one vector. */
export function toVector({ parts, size }: Layout, weights: Readonly<Record<string, Float32Array>>): Float32Array {
  const vector = new Float32Array(size);
  for (const { name, offset } of parts) vector.set(weights[name] ?? [], offset);
  return vector;
}

/** Returns views of the parts of a vector by name. */
export const partsOf = ({ parts }: Layout, vector: Float32Array): Record<string, Float32Array> =>
  Object.fromEntries(parts.map(({ name, offset, size }) => [name, vector.subarray(offset, offset + size)]));
