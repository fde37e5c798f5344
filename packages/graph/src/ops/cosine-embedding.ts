import { checkNumber } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { atLeastZero } from "./at-least-zero.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { div } from "./div.ts";
import { equal } from "./equal.ts";
import { mul } from "./mul.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { signTarget } from "./sign-target.ts";
import { sqrt } from "./sqrt.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

export interface CosineEmbeddingOptions extends LossOptions {
  /** Cosine up to which vectors of different classes have no loss, from -1 to 1. Default 0. */
  readonly margin?: number;
}

/** Number added to the squared norms, as in PyTorch. */
const EPS = 1e-12;

/**
 * Computes the cosine embedding loss of pairs: `1 - cos(a, b)` where the target is 1, and `max(cos(a, b) - margin, 0)`
 * where it is -1. PyTorch: `F.cosine_embedding_loss`.
 * @param a float32 embeddings [N, D] or [D]
 * @param b float32 of the shape of `a`
 * @param target int32 or float32 [N] or []: 1 for similar vectors, -1 for different ones
 * @param options `margin` (default 0) and `reduction` (default `"mean"`)
 * @returns one number, or [N] with the reduction `"none"`
 * @throws GraphError if the shapes do not match or the margin is out of its range
 */
export function cosineEmbedding(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  { margin = 0, reduction = "mean" }: CosineEmbeddingOptions = {},
): Tensor {
  const op = "cosineEmbedding";
  checkEqualShapes(op, { a, b });
  if (a.rank < 1 || a.rank > 2) fail(op, `a has ${a.rank} axes. Expected vectors [N, D] or [D].`);
  checkNumber(op, "margin", margin, (value) => value >= -1 && value <= 1, "a number from -1 to 1");
  const signs = signTarget(op, target, a.shape.slice(0, -1));
  const last = [-1];
  const squared = (x: Tensor): Tensor => add(sum(square(x), last), EPS);
  const cosine = div(sum(mul(a, b), last), sqrt(mul(squared(a), squared(b))));
  const similar = where(equal(signs, 1), sub(1, cosine), 0);
  const different = where(equal(signs, -1), atLeastZero(sub(cosine, margin)), 0);
  return reduceLoss(op, add(similar, different), reduction);
}
