import { sizes } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { maxPool2d } from "../ops/max-pool2d.ts";

/** Computes the largest element of each channel: [batch, channels, height, width] to [batch, channels, 1, 1]. */
export function globalMaxPool(x: Tensor): Tensor {
  const [, , height, width] = sizes(x.shape, 4);
  return maxPool2d(x, { kernel: [height, width] });
}
