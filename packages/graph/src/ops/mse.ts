import { sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

/** The squared difference of a prediction from its target, of the same shape: the mean, the sum, or all of them. */
export function mse(prediction: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  // A [N, 1] against [N] would broadcast to all pairs, which nobody means.
  if (!sameShape(prediction.shape, target.shape)) {
    fail("mse", `prediction ${showShape(prediction.shape)}, target ${showShape(target.shape)}: expected one shape`);
  }
  return reduceLoss("mse", square(sub(prediction, target)), reduction);
}
