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
  /** The sum of squares is divided by the count less this: 1 (the default) for a sample, 0 for all there is. */
  readonly correction?: number;
}

const varianceOf = /* @__PURE__ */ defineFunction<{ readonly count: number; readonly kept: Shape }>({
  name: "variance",
  gradient: ({ inputs: [, centred], cotangent, attributes: { count, kept } }) => [
    mul(centred as Tensor, mul(reshape(cotangent, kept), 2 / count)),
    null,
  ],
});

/** The variance over some axes; over all by default. */
export function variance(x: Tensor, axes?: readonly number[], options: VarianceOptions = {}): Tensor {
  const { correction = 1, keepDims = false } = options;
  const valid = checkAxes("variance", x, axes);
  const average = mean(x, valid, { keepDims: true });
  const all = sizeOf(x.shape) / sizeOf(average.shape);
  checkNumber("variance", "correction", correction, () => correction < all, `a number below ${all}, the count`);
  const centred = sub(x, average);
  const count = all - correction;
  const value = mul(sum(square(centred), valid, { keepDims }), 1 / count);
  return varianceOf(value, [x, centred], { count, kept: average.shape });
}
