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
  of: Math.pow,
  neutral: 1,
  types: ["float32"],
  gradient: ({ a, b, y, cotangent }) => {
    const exponent = uniformValue(b);
    if (exponent === 0) return [null, null];
    if (exponent !== null) return [mul(cotangent, mul(pow(a, exponent - 1), exponent)), null];
    // 0 * 0^-1 would be NaN, and 0 * log(0).
    const slope = where(equal(b, 0), 0, mul(b, pow(a, sub(b, 1))));
    const safe = where(equal(a, 0), cast(greaterOrEqual(b, 0), "float32"), a);
    return [mul(cotangent, slope), mul(cotangent, mul(y, log(safe)))];
  },
});

/**
 * Each element to a power, that of a number or of a float32 tensor. Negative elements have only whole powers: others
 * are NaN. Gradients at 0 are PyTorch's: 0 for powers above 1 and for the power 0, infinite below 1.
 */
export function pow(base: Tensor | number, exponent: Tensor | number): Tensor {
  // Runtimes compute powers in general many times slower.
  if (exponent === 2) return square(base);
  if (exponent === 0.5) return sqrt(base);
  if (exponent === -1) return reciprocal(base);
  return power(base, exponent);
}
