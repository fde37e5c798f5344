import { checkNumber, checkTypes } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { atLeastZero } from "./at-least-zero.ts";
import { equal } from "./equal.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { signTarget } from "./sign-target.ts";
import { sub } from "./sub.ts";
import { where } from "./where.ts";

export interface HingeEmbeddingOptions extends LossOptions {
  /** Distance from which on different pairs have no loss. Default 1. */
  readonly margin?: number;
}

/**
 * Computes the hinge embedding loss of distances: the distance where the target is 1, and `max(margin - distance, 0)`
 * where it is -1. PyTorch: `F.hinge_embedding_loss`.
 * @param distances float32, such as `pairwiseDistance` of two embeddings
 * @param target int32 or float32 of the same shape: 1 for similar pairs, -1 for different ones
 * @param options `margin` (default 1) and `reduction` (default `"mean"`)
 * @returns one number, or a tensor of the shape of the distances with the reduction `"none"`
 * @throws GraphError if the shapes differ
 */
export function hingeEmbedding(
  distances: Tensor,
  target: Tensor,
  { margin = 1, reduction = "mean" }: HingeEmbeddingOptions = {},
): Tensor {
  const op = "hingeEmbedding";
  checkTypes(op, [distances], ["float32"]);
  checkNumber(op, "margin", margin);
  const signs = signTarget(op, target, distances.shape);
  const different = where(equal(signs, 1), 0, atLeastZero(sub(margin, distances)));
  const similar = where(equal(signs, -1), 0, distances);
  return reduceLoss(op, add(similar, different), reduction);
}
