import { checkAxes, checkNumber } from "../core/check.ts";
import { defineFunction } from "../core/define-function.ts";
import type { ReductionOptions } from "../core/define-reduction.ts";
import { type Shape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

export interface VarianceOptions extends ReductionOptions {
  /**
   * Subtracted from the count that divides the sum of squares: 1 for the unbiased variance, 0 for the biased. Default
   * 1.
   */
  readonly correction?: number;
}

interface VarianceAttributes extends Readonly<Record<string, unknown>> {
  /** Divisor of the sum of squares. */
  readonly count: number;
  /** Shape of the result with the reduced axes. */
  readonly kept: Shape;
}

const withGradient = /* @__PURE__ */ defineFunction<[x: Tensor, centered: Tensor], VarianceAttributes>({
  name: "variance",
  gradient: ({ inputs: [, centered], cotangent, attributes: { count, kept } }) => [
    mul(centered, mul(reshape(cotangent, kept), 2 / count)),
    null,
  ],
});

/**
 * Computes the variance over some axes: the sum of `(x - mean)^2`, divided by count - correction. PyTorch: `torch.var`.
 * @param x float32
 * @param axes negative axes count from the end. Default: all axes.
 * @param options `correction` (default 1), and `keepDims`: true to keep the reduced axes with size 1 (default false)
 * @throws GraphError if `x` does not have an axis, an axis is listed twice, or `correction` is not below the count
 */
export function variance(x: Tensor, axes?: readonly number[], options: VarianceOptions = {}): Tensor {
  const { correction = 1, keepDims = false } = options;
  const valid = checkAxes("variance", x, axes);
  const average = mean(x, valid, { keepDims: true });
  const all = sizeOf(x.shape) / sizeOf(average.shape);
  checkNumber("variance", "correction", correction, () => correction < all, `a number below ${all}, the count`);
  const centered = sub(x, average);
  const count = all - correction;
  const value = mul(sum(square(centered), valid, { keepDims }), 1 / count);
  return withGradient(value, [x, centered], { count, kept: average.shape });
}
