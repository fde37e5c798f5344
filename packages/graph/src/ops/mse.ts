import { sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { type LossOptions, reduceLoss } from "./reduce-loss.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

/**
 * Computes the squared error of a prediction: `(prediction - target)^2`. PyTorch: `F.mse_loss`.
 * @param prediction float32
 * @param target float32, of the shape of `prediction`
 * @param options `reduction` (default `"mean"`)
 * @returns one number, or a tensor of the shape of `prediction` with the reduction `"none"`
 * @throws GraphError if the shapes differ
 */
export function mse(prediction: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  // [N, 1] and [N] would broadcast to all pairs, which is a common mistake.
  if (!sameShape(prediction.shape, target.shape)) {
    fail("mse", `prediction ${showShape(prediction.shape)}, target ${showShape(target.shape)}. Expected equal shapes.`);
  }
  return reduceLoss("mse", square(sub(prediction, target)), reduction);
}
