import { uniformValue } from "../core/constant.ts";
import { defineBinary } from "../core/define-elementwise.ts";
import type { Tensor } from "../core/tensor.ts";
import { cast } from "./cast.ts";
import { equal } from "./equal.ts";
import { greaterOrEqual } from "./greater-or-equal.ts";
import { log } from "./log.ts";
import { mul } from "./mul.ts";
import { reciprocal } from "./reciprocal.ts";
import { sqrt } from "./sqrt.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";
import { where } from "./where.ts";

const power = /* @__PURE__ */ defineBinary({
  name: "pow",
  onnx: "Pow",
  compute: Math.pow,
  neutral: 1,
  types: ["float32"],
  gradient: ({ a, b, y, cotangent }) => {
    const exponent = uniformValue(b);
    if (exponent === 0) return [null, null];
    if (exponent !== null) return [mul(cotangent, mul(pow(a, exponent - 1), exponent)), null];
    // Avoids 0 * 0^-1 and 0 * log(0), which are NaN.
    const derivative = where(equal(b, 0), 0, mul(b, pow(a, sub(b, 1))));
    const safe = where(equal(a, 0), cast(greaterOrEqual(b, 0), "float32"), a);
    return [mul(cotangent, derivative), mul(cotangent, mul(y, log(safe)))];
  },
});

/**
 * Raises each element to a power: `base^exponent`. PyTorch: `torch.pow`.
 *
 * A negative base with a fractional exponent gives NaN. The gradient by a base of 0 is 0 for exponents above 1 and for
 * the exponent 0, and infinite for exponents between 0 and 1.
 * @param base float32, or a number; its shape broadcasts with the shape of `exponent`
 * @param exponent float32, or a number
 * @throws GraphError if the shapes do not broadcast or a type is not float32
 */
export function pow(base: Tensor | number, exponent: Tensor | number): Tensor {
  // ONNX Runtime computes a general power many times slower.
  if (exponent === 2) return square(base);
  if (exponent === 0.5) return sqrt(base);
  if (exponent === -1) return reciprocal(base);
  return power(base, exponent);
}
