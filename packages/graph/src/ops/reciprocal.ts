import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { square } from "./square.ts";

/**
 * Computes the reciprocal of each element: `1 / x`. PyTorch: `torch.reciprocal`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const reciprocal = /* @__PURE__ */ defineUnary({
  name: "reciprocal",
  onnx: "Reciprocal",
  compute: (x) => 1 / x,
  gradient: ({ y, cotangent }) => neg(mul(cotangent, square(y))),
});
