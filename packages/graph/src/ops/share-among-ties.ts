import type { ReductionGradient } from "../core/define-reduction.ts";
import type { Tensor } from "../core/tensor.ts";
import { cast } from "./cast.ts";
import { div } from "./div.ts";
import { equal } from "./equal.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";
import { sumTo } from "./sum-to.ts";

/** Computes the gradient of a largest or smallest element, divided evenly among all elements that are equal to it. */
export function shareAmongTies({ x, y, cotangent, kept }: ReductionGradient): Tensor {
  const ties = cast(equal(x, reshape(y, kept)), "float32");
  return mul(ties, div(reshape(cotangent, kept), sumTo(ties, kept)));
}
