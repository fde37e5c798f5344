import { checkTensors } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { mean } from "./mean.ts";

/**
 * Computes the mean of each channel of each image. PyTorch: `x.mean((2, 3))`.
 * @param x float32 [batch, channels, height, width]
 * @returns [batch, channels]
 * @throws GraphError if `x` does not have four axes
 */
export function globalAveragePool(x: Tensor): Tensor {
  checkTensors("globalAveragePool", [x]);
  if (x.rank !== 4) fail("globalAveragePool", `x ${showShape(x.shape)}. Expected [batch, channels, height, width].`);
  return mean(x, [2, 3]);
}
