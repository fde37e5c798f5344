import type { Tensor } from "../core/tensor.ts";
import { cast } from "./cast.ts";
import { div } from "./div.ts";
import { equal } from "./equal.ts";
import { mul } from "./mul.ts";
import { sumTo } from "./sum-to.ts";

interface Reduced {
  readonly x: Tensor;
  readonly y: () => Tensor;
  readonly cotangent: () => Tensor;
}

/** Computes the gradient of a largest or smallest element, divided evenly among all elements that are equal to it. */
export function shareAmongTies({ x, y, cotangent }: Reduced): Tensor {
  const best = y();
  const ties = cast(equal(x, best), "float32");
  return mul(ties, div(cotangent(), sumTo(ties, best.shape)));
}
