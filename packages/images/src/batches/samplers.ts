import { DataError } from "../error.ts";
/**
 * Choice of the images of each epoch and their order, as plain data: each epoch is a pure function of seed and epoch.
 * `shuffled`, `sequential`, `weighted` and `balanced` create samplers.
 */
export type Sampler =
  | { readonly kind: "shuffled" }
  | { readonly kind: "sequential" }
  | { readonly kind: "weighted"; readonly weights: Float64Array; readonly length?: number }
  | { readonly kind: "balanced"; readonly length?: number };

/** Options of samplers that may draw an image several times. */
export interface SamplerOptions {
  /** Number of images in an epoch; default the number of images of the set. */
  readonly length?: number;
}

/** Returns the sampler of the default order: each image once per epoch, shuffled differently in each. */
export const shuffled = (): Sampler => ({ kind: "shuffled" });

/** Returns the sampler of the set's own order. */
export const sequential = (): Sampler => ({ kind: "sequential" });

/**
 * Returns a sampler that draws images with replacement, each with a probability proportional to its weight. PyTorch:
 * `WeightedRandomSampler`.
 * @param weights one number of at least 0 for each image
 * @example createLoader(train, { seed: 0, sampler: weighted([1, 1, 5], { length: 100 }) })
 */
export function weighted(weights: ArrayLike<number>, options: SamplerOptions = {}): Sampler {
  if (typeof weights !== "object" || weights === null) {
    throw new DataError(
      `weighted: the weights are ${String(weights)}. Expected an array with a weight for each image.`,
    );
  }
  return { kind: "weighted", weights: Float64Array.from(weights), ...options };
}

/**
 * Returns a sampler with equally many images of each class in an epoch, or one more of some. Images of rare classes
 * repeat, those of frequent classes take turns over the epochs, and all images of a class are used equally often.
 * @example createLoader(train, { seed: 0, sampler: balanced() })
 */
export const balanced = (options: SamplerOptions = {}): Sampler => ({ kind: "balanced", ...options });
