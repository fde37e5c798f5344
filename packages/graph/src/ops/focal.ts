import { checkNumber, checkTensors } from "../core/check.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { binaryCrossEntropyWithLogits } from "./binary-cross-entropy-with-logits.ts";
import { checkEqualShapes, type LossWeights, perClass } from "./check-loss.ts";
import { classRows, reduceRows, withoutIgnored } from "./class-rows.ts";
import { rowLosses } from "./cross-entropy.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { pow } from "./pow.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { relu } from "./relu.ts";
import { sigmoid } from "./sigmoid.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

export interface FocalOptions extends LossOptions {
  /** Exponent of the factor that reduces the loss of easy examples; at least 0. Default 2. */
  readonly gamma?: number;
  /**
   * For binary targets, the weight of positive targets from 0 to 1; negative ones have 1 - alpha. `null` for no weights.
   * Default 0.25. For labels, the weight of each class, [C]. Default: no weights.
   */
  readonly alpha?: number | LossWeights | null;
}

/**
 * Computes the focal loss: the cross-entropy times `(1 - p)^gamma`, where p is the probability of the target. Binary
 * targets: `torchvision.ops.sigmoid_focal_loss`, whose default reduction is "none". Paper:
 * https://arxiv.org/abs/1708.02002.
 * @param logits float32: of any shape for binary targets, [N, C] for labels
 * @param target float32 of the shape of the logits, each from 0 to 1, or int32 labels [N]
 * @param options `gamma` (default 2), `alpha` and `reduction` (default `"mean"`, which divides by the number of losses)
 * @returns one number, or with the reduction `"none"` a loss for each binary target or label
 * @throws GraphError if the shapes do not match or an option is out of its range
 */
export function focal(logits: Tensor, target: Tensor, options: FocalOptions = {}): Tensor {
  checkTensors("focal", [logits, target]);
  const { gamma = 2 } = options;
  checkNumber("focal", "gamma", gamma, (value) => value >= 0, "a number of at least 0");
  return target.dtype === "int32" ? ofLabels(logits, target, gamma, options) : binary(logits, target, gamma, options);
}

function binary(
  logits: Tensor,
  target: Tensor,
  gamma: number,
  { alpha = 0.25, reduction = "mean" }: FocalOptions,
): Tensor {
  checkEqualShapes("focal", { logits, target });
  const losses = binaryCrossEntropyWithLogits(logits, target, { reduction: "none" });
  const p = sigmoid(logits);
  const wrong = add(mul(p, sub(1, target)), mul(sub(1, p), target));
  const focused = mul(losses, factor(wrong, gamma));
  if (alpha === null) return reduceLoss("focal", focused, reduction);
  if (typeof alpha !== "number")
    fail("focal", "alpha is a list with binary targets. Expected a number from 0 to 1 or null.");
  checkNumber("focal", "alpha", alpha, (value) => value >= 0 && value <= 1, "a number from 0 to 1 or null");
  return reduceLoss("focal", mul(focused, add(mul(target, 2 * alpha - 1), 1 - alpha)), reduction);
}

function ofLabels(logits: Tensor, labels: Tensor, gamma: number, { alpha = null, ...options }: FocalOptions): Tensor {
  const others = ", or float32 targets of the shape of the logits";
  const rows = classRows("focal", "logits", logits, labels, {}, others);
  const losses = withoutIgnored(rows, rowLosses(rows));
  const focused = mul(losses, factor(sub(1, exp(neg(losses))), gamma));
  if (alpha === null) return reduceRows("focal", focused, rows, null, options);
  if (typeof alpha === "number") fail("focal", `alpha = ${alpha} with labels. Expected a weight for each class.`);
  const weights = perClass("focal", "alpha", alpha, at(rows.values.shape, 1));
  return reduceRows("focal", mul(focused, sum(where(rows.hit, weights, 0), [1])), rows, null, options);
}

/** Computes the power of a probability that rounding may have made negative. */
const factor = (probability: Tensor, gamma: number): Tensor | number =>
  gamma === 0 ? 1 : pow(relu(probability), gamma);
