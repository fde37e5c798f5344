import { checkAxes, checkNumber, checkTypes } from "../core/check.ts";
import { defineFunction } from "../core/define-function.ts";
import type { ReductionOptions } from "../core/define-reduction.ts";
import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { abs } from "./abs.ts";
import { div } from "./div.ts";
import { equal } from "./equal.ts";
import { max } from "./max.ts";
import { mul } from "./mul.ts";
import { pow } from "./pow.ts";
import { reshape } from "./reshape.ts";
import { sign } from "./sign.ts";
import { sqrt } from "./sqrt.ts";
import { square } from "./square.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

export interface NormOptions extends ReductionOptions {
  /** Order of the norm, at least 1; `Infinity` for the largest absolute value. Default 2. */
  readonly p?: number;
}

interface NormAttributes extends Readonly<Record<string, unknown>> {
  readonly p: number;
  /** Shape of the result with the reduced axes. */
  readonly kept: Shape;
}

const withGradient = /* @__PURE__ */ defineFunction<[x: Tensor], NormAttributes>({
  name: "norm",
  gradient: ({ inputs: [x], y, cotangent, attributes: { p, kept } }) => {
    const whole = reshape(y, kept);
    const isZero = equal(whole, 0);
    const length = where(isZero, 1, whole);
    const power = p === 2 ? x : mul(sign(x), pow(abs(x), p - 1));
    const scale = div(reshape(cotangent, kept), p === 2 ? length : pow(length, p - 1));
    return [mul(power, where(isZero, 0, scale))];
  },
});

/**
 * Computes the norm over some axes: `sum(|x|^p)^(1/p)`. The gradient at 0 is 0. PyTorch: `torch.linalg.vector_norm`.
 * @param x float32
 * @param axes negative axes count from the end. Default: all axes.
 * @param options `p` (default 2), and `keepDims`: true to keep the reduced axes with size 1 (default false)
 * @throws GraphError if `x` does not have an axis, an axis is listed twice, or `p` is below 1
 */
export function norm(x: Tensor, axes?: readonly number[], { p = 2, keepDims = false }: NormOptions = {}): Tensor {
  checkTypes("norm", [x], ["float32"]);
  const valid = checkAxes("norm", x, axes);
  if (p === Number.POSITIVE_INFINITY) return max(abs(x), valid, { keepDims });
  checkNumber("norm", "p", p, (value) => value >= 1, "a number of at least 1");
  if (p === 1) return sum(abs(x), valid, { keepDims });
  const total = sum(p === 2 ? square(x) : pow(abs(x), p), valid, { keepDims });
  const kept = x.shape.map((size, axis) => (valid.includes(axis) ? 1 : size));
  return withGradient(p === 2 ? sqrt(total) : pow(total, 1 / p), [x], { p, kept });
}
