import { fail } from "../error.ts";
import { showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mean } from "./mean.ts";

/** The mean of each channel of each image: [batch, channels, height, width] to [batch, channels]. */
export function globalAveragePool(x: Tensor): Tensor {
  if (x.rank !== 4) fail("globalAveragePool", `of ${showShape(x.shape)}: expected [batch, channels, height, width]`);
  return mean(x, [2, 3]);
}
