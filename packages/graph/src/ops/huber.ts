import { checkNumber } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { abs } from "./abs.ts";
import { add } from "./add.ts";
import { checkEqualShapes } from "./check-loss.ts";
import { minimum } from "./minimum.ts";
import { mul } from "./mul.ts";
import { reduceWeighted, type WeightedLossOptions } from "./reduce-loss.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

export interface HuberOptions extends WeightedLossOptions {
  /** Error at which the loss turns from quadratic to linear; above 0. Default 1. */
  readonly delta?: number;
}

/**
 * Computes the Huber loss of a prediction: `d^2 / 2` for errors `d` up to `delta`, `delta * (|d| - delta / 2)` for larger
 * ones. PyTorch: `F.huber_loss`. Paper: Huber (1964), https://doi.org/10.1214/aoms/1177703732.
 * @param prediction float32
 * @param target float32, of the shape of `prediction`
 * @param options `delta` (default 1), `weight` of each error (default none) and `reduction` (default `"mean"`)
 * @returns one number, or a tensor of the shape of `prediction` with the reduction `"none"`
 * @throws GraphError if the shapes differ or `delta` is not above 0
 */
export function huber(prediction: Tensor, target: Tensor, { delta = 1, ...options }: HuberOptions = {}): Tensor {
  checkNumber("huber", "delta", delta, (value) => value > 0, "a number above 0");
  checkEqualShapes("huber", { prediction, target });
  return reduceWeighted("huber", huberOf(sub(prediction, target), delta), options);
}

/** Computes the Huber loss of each error. */
export function huberOf(error: Tensor, delta: number): Tensor {
  const size = abs(error);
  const near = minimum(size, delta);
  return add(mul(square(near), 0.5), mul(sub(size, near), delta));
}
