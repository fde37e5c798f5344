import { checkAxis } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { div } from "./div.ts";
import { maximum } from "./maximum.ts";
import { norm } from "./norm.ts";

export interface NormalizeOptions {
  /** Order of the norm, at least 1. Default 2. */
  readonly p?: number;
  /** Axis of the vectors; a negative axis counts from the end. Default 1. */
  readonly axis?: number;
  /** Smallest norm by which a vector is divided. Default 1e-12. */
  readonly eps?: number;
}

/**
 * Divides vectors by their norm: `x / max(norm(x), eps)`. PyTorch: `F.normalize`.
 * @param x float32
 * @param options `p` (default 2), `axis` (default 1) and `eps` (default 1e-12)
 * @returns a tensor of the shape of `x`
 * @throws GraphError if `x` does not have the axis or `p` is below 1
 */
export function normalize(x: Tensor, { p = 2, axis = 1, eps = 1e-12 }: NormalizeOptions = {}): Tensor {
  const lengths = norm(x, [checkAxis("normalize", x, axis)], { p, keepDims: true });
  return div(x, maximum(lengths, eps));
}
