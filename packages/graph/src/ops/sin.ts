import { defineUnary } from "../core/define-elementwise.ts";
import { cos } from "./cos.ts";
import { mul } from "./mul.ts";

/**
 * Computes the sine of each element, in radians. A GPU may be accurate to 2^-11 only. PyTorch: `torch.sin`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const sin = /* @__PURE__ */ defineUnary({
  name: "sin",
  onnx: "Sin",
  compute: Math.sin,
  gradient: ({ x, cotangent }) => mul(cotangent, cos(x)),
});
