import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { sin } from "./sin.ts";

/**
 * Computes the cosine of each element, in radians. A GPU may be accurate to 2^-11 only. PyTorch: `torch.cos`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const cos = /* @__PURE__ */ defineUnary({
  name: "cos",
  onnx: "Cos",
  compute: Math.cos,
  gradient: ({ x, cotangent }) => mul(cotangent, neg(sin(x))),
});
