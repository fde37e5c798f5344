import { checkNumber } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { abs } from "./abs.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { huberOf } from "./huber.ts";
import { mul } from "./mul.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { sub } from "./sub.ts";

export interface SmoothL1Options extends LossOptions {
  /** Error at which the loss turns from quadratic to linear; 0 for the absolute error. Default 1. */
  readonly beta?: number;
}

/**
 * Computes the smooth absolute error of a prediction: `d^2 / (2 beta)` for errors `d` below `beta`, `|d| - beta / 2` for
 * larger ones. It is the Huber loss divided by `beta`. PyTorch: `F.smooth_l1_loss`.
 * @param prediction float32
 * @param target float32, of the shape of `prediction`
 * @param options `beta` (default 1) and `reduction` (default `"mean"`)
 * @returns one number, or a tensor of the shape of `prediction` with the reduction `"none"`
 * @throws GraphError if the shapes differ or `beta` is negative
 */
export function smoothL1(
  prediction: Tensor,
  target: Tensor,
  { beta = 1, reduction = "mean" }: SmoothL1Options = {},
): Tensor {
  checkNumber("smoothL1", "beta", beta, (value) => value >= 0, "a number of at least 0");
  checkEqualShapes("smoothL1", { prediction, target });
  const error = sub(prediction, target);
  const losses = beta === 0 ? abs(error) : mul(huberOf(error, beta), 1 / beta);
  return reduceLoss("smoothL1", losses, reduction);
}
