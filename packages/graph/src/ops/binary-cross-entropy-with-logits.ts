import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { checkEqualShapes, type LossWeights, toWeights } from "./check-loss.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { softplus } from "./softplus.ts";
import { sub } from "./sub.ts";

export interface BinaryCrossEntropyOptions extends LossOptions {
  /**
   * Factor of each loss: a float32 tensor whose shape broadcasts to the shape of the target, or a number for each index of
   * the last axis. Default 1.
   */
  readonly weight?: LossWeights;
}

export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /**
   * Factor of the loss of positive targets: a float32 tensor whose shape broadcasts to the shape of the logits, or a number
   * for each index of the last axis, such as each class of logits [N, C]. Default 1.
   */
  readonly posWeight?: LossWeights;
}

/**
 * Computes the binary cross-entropy of logits: `-posWeight * target * log(p) - (1 - target) * log(1 - p)` with
 * `p = sigmoid(logits)`, for any number of labels per image. Stable for large logits. PyTorch:
 * `F.binary_cross_entropy_with_logits`.
 * @param logits float32
 * @param target float32 of the shape of the logits, each from 0 to 1
 * @param options `weight` and `posWeight` (default 1), and `reduction` (default `"mean"`, which divides by the number of
 * logits)
 * @returns one number, or a tensor of the shape of the logits with the reduction `"none"`
 * @throws GraphError if the shapes do not match
 */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  target: Tensor,
  { weight, posWeight, reduction = "mean" }: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const op = "binaryCrossEntropyWithLogits";
  checkEqualShapes(op, { logits, target });
  const factors = toWeights(op, "weight", weight, logits);
  const ofPositives = toWeights(op, "posWeight", posWeight, logits);
  const toZero = softplus(neg(logits));
  const scaled = ofPositives ? mul(toZero, add(mul(sub(ofPositives, 1), target), 1)) : toZero;
  const losses = add(mul(sub(1, target), logits), scaled);
  return reduceLoss(op, factors ? mul(losses, factors) : losses, reduction);
}
