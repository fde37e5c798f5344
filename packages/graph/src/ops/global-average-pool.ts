import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { mean } from "./mean.ts";

/** The mean of each channel of each image: [batch, channels, height, width] to [batch, channels]. */
export function globalAveragePool(x: Tensor): Tensor {
  if (x.rank !== 4) fail("globalAveragePool", `of ${showShape(x.shape)}: expected [batch, channels, height, width]`);
  return mean(x, [2, 3]);
}
