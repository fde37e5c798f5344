import type { Tensor } from "../core/tensor.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { reduceWeighted, type WeightedLossOptions } from "./reduce-loss.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

/**
 * Computes the squared error of a prediction: `(prediction - target)^2`. PyTorch: `F.mse_loss`.
 * @param prediction float32
 * @param target float32, of the shape of `prediction`
 * @param options `weight` of each error (default none) and `reduction` (default `"mean"`)
 * @returns one number, or a tensor of the shape of `prediction` with the reduction `"none"`
 * @throws GraphError if the shapes differ
 */
export function mse(prediction: Tensor, target: Tensor, options: WeightedLossOptions = {}): Tensor {
  checkEqualShapes("mse", { prediction, target });
  return reduceWeighted("mse", square(sub(prediction, target)), options);
}
