import type { Shape } from "../../core/shape.ts";
import type { LoweringContext, Tensor } from "../../core/tensor.ts";
import type { Convolution } from "../../spatial/convolution.ts";

/**
 * Attributes of the gradient: the convolution, and the shape of its images, because images of several sizes give
 * results of the same size.
 */
export interface InputGradient extends Readonly<Record<string, unknown>> {
  readonly inputShape: Shape;
  readonly convolution: Convolution;
}

/** Context in which the variants of the lowering run. */
export type InputGradientContext = LoweringContext<readonly [dy: Tensor, weight: Tensor], InputGradient>;
