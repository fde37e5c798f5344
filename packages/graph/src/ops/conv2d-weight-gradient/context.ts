import type { LoweringContext, Tensor } from "../../core/tensor.ts";
import type { Convolution } from "../../spatial/convolution.ts";

/** Context in which the variants of the lowering run. */
export type WeightGradientContext = LoweringContext<readonly [x: Tensor, dy: Tensor], Convolution>;
