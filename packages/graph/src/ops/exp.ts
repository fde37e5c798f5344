import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";

/**
 * Computes the exponential of each element: `e^x`. PyTorch: `torch.exp`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const exp = /* @__PURE__ */ defineUnary({
  name: "exp",
  onnx: "Exp",
  compute: Math.exp,
  gradient: ({ y, cotangent }) => mul(cotangent, y),
});
