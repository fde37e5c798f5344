import { checkAxis } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { mul } from "./mul.ts";
import { normalize } from "./normalize.ts";
import { sum } from "./sum.ts";

export interface CosineSimilarityOptions {
  /** Axis of the vectors; a negative axis counts from the end. Default 1. */
  readonly axis?: number;
  /** Smallest norm by which a vector is divided. Default 1e-8. */
  readonly eps?: number;
}

/**
 * Computes the cosine of the angle between vectors: `sum(a * b) / (max(norm(a), eps) * max(norm(b), eps))`. PyTorch:
 * `F.cosine_similarity`.
 * @param a float32
 * @param b float32 of the shape of `a`
 * @param options `axis` (default 1) and `eps` (default 1e-8)
 * @returns a tensor without the axis
 * @throws GraphError if the shapes differ or the axis is missing
 */
export function cosineSimilarity(a: Tensor, b: Tensor, options: CosineSimilarityOptions = {}): Tensor {
  const { axis = 1, eps = 1e-8 } = options;
  checkEqualShapes("cosineSimilarity", { a, b });
  const along = checkAxis("cosineSimilarity", a, axis);
  return sum(mul(normalize(a, { axis: along, eps }), normalize(b, { axis: along, eps })), [along]);
}
