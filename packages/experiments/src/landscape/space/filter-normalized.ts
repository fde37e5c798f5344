import { normOf } from "../../vectors.ts";
import type { Layout, LayoutPart } from "./layout.ts";
import { normalVector } from "./normal.ts";

/**
 * Returns a random direction with filter normalization (Li et al. 2018, https://arxiv.org/abs/1712.09913): the part of each
 * filter of a convolution, and of each neuron of a dense layer, has the norm of the weights of that filter. The scale of
 * weights, which rescaling a layer and its successor changes without changing the function, then has no effect on the
 * picture. Biases and the parameters of batch norm do not move, as in the paper, nor do weights that are not trained.
 * @param weights vector of the weights in the same layout
 * @param name name of the direction
 */
export function filterNormalized(layout: Layout, weights: Float32Array, seed: number, name: string): Float32Array {
  const direction = new Float32Array(layout.size);
  for (const part of layout.parts) {
    if (!part.isTrained) continue;
    const random = normalVector(part.size, seed, `${name} ${part.name}`);
    for (const [from, to] of filtersOf(part)) {
      const drawn = random.subarray(from, to);
      const scale = normOf(weights.subarray(part.offset + from, part.offset + to)) / (normOf(drawn) || 1);
      for (let i = from; i < to; i++) direction[part.offset + i] = scale * (random[i] as number);
    }
  }
  return direction;
}

/** Returns the ranges of the filters in a part: one for each output channel or neuron, none for vectors. */
export function filtersOf({ shape, size }: LayoutPart): readonly (readonly [from: number, to: number])[] {
  const [filters = 1] = shape;
  if (shape.length < 2) return [];
  const length = size / filters;
  return Array.from({ length: filters }, (_, i) => [i * length, (i + 1) * length] as const);
}
