import { checkNumber } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { atLeastZero } from "./at-least-zero.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { minimum } from "./minimum.ts";
import { pairwiseDistance } from "./pairwise-distance.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { sub } from "./sub.ts";

export interface TripletMarginOptions extends LossOptions {
  /** Distance by which a negative should be farther away than a positive; above 0. Default 1. */
  readonly margin?: number;
  /** Order of the norm, at least 1. Default 2. */
  readonly p?: number;
  /** True to use the distance of positive and negative where it is below that of anchor and negative. Default false. */
  readonly swap?: boolean;
  /** Number added to each difference. Default 1e-6. */
  readonly eps?: number;
}

/**
 * Computes the triplet loss: `max(distance(anchor, positive) - distance(anchor, negative) + margin, 0)`. PyTorch:
 * `F.triplet_margin_loss`. Paper: http://www.bmva.org/bmvc/2016/papers/paper119/index.html.
 * @param anchor float32 embeddings [N, D]
 * @param positive float32 [N, D], of the same classes as the anchors
 * @param negative float32 [N, D], of other classes
 * @param options `margin` (default 1), `p` (default 2), `swap` (default false), `eps` (default 1e-6) and `reduction`
 * (default `"mean"`)
 * @returns one number, or [N] with the reduction `"none"`
 * @throws GraphError if the shapes differ or an option is out of its range
 */
export function tripletMargin(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  { margin = 1, p = 2, swap = false, eps = 1e-6, reduction = "mean" }: TripletMarginOptions = {},
): Tensor {
  checkEqualShapes("tripletMargin", { anchor, positive, negative });
  checkNumber("tripletMargin", "margin", margin, (value) => value > 0, "a number above 0");
  const distance = (a: Tensor, b: Tensor): Tensor => pairwiseDistance(a, b, { p, eps });
  const fromAnchor = distance(anchor, negative);
  const far = swap ? minimum(fromAnchor, distance(positive, negative)) : fromAnchor;
  return reduceLoss("tripletMargin", atLeastZero(add(sub(distance(anchor, positive), far), margin)), reduction);
}
