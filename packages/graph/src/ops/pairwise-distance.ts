import { checkNumber } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { norm } from "./norm.ts";
import { sub } from "./sub.ts";

export interface PairwiseDistanceOptions {
  /** Order of the norm, at least 1. Default 2. */
  readonly p?: number;
  /** Number added to each difference, so that the norm of equal vectors has a gradient. Default 1e-6. */
  readonly eps?: number;
  /** Keeps the last axis, with size 1. Default false. */
  readonly keepDims?: boolean;
}

/**
 * Computes the distances of vectors along the last axis: `norm(a - b + eps)`. PyTorch: `F.pairwise_distance`.
 * @param a float32 [..., D]
 * @param b float32 of the shape of `a`
 * @param options `p` (default 2), `eps` (default 1e-6) and `keepDims` (default false)
 * @returns [...]
 * @throws GraphError if the shapes differ or `p` is below 1
 */
export function pairwiseDistance(a: Tensor, b: Tensor, options: PairwiseDistanceOptions = {}): Tensor {
  const { p = 2, eps = 1e-6, keepDims = false } = options;
  checkEqualShapes("pairwiseDistance", { a, b });
  checkNumber("pairwiseDistance", "eps", eps);
  if (a.rank === 0) fail("pairwiseDistance", "a [], b []. Expected vectors, [..., D].");
  return norm(add(sub(a, b), eps), [-1], { p, keepDims });
}
