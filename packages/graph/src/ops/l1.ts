import type { Tensor } from "../core/tensor.ts";
import { abs } from "./abs.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { reduceWeighted, type WeightedLossOptions } from "./reduce-loss.ts";
import { sub } from "./sub.ts";

/**
 * Computes the absolute error of a prediction: `|prediction - target|`. PyTorch: `F.l1_loss`.
 * @param prediction float32
 * @param target float32, of the shape of `prediction`
 * @param options `weight` of each error (default none) and `reduction` (default `"mean"`)
 * @returns one number, or a tensor of the shape of `prediction` with the reduction `"none"`
 * @throws GraphError if the shapes differ
 */
export function l1(prediction: Tensor, target: Tensor, options: WeightedLossOptions = {}): Tensor {
  checkEqualShapes("l1", { prediction, target });
  return reduceWeighted("l1", abs(sub(prediction, target)), options);
}
