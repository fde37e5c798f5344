import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { sign } from "./sign.ts";

/**
 * Computes the absolute value of each element: `|x|`. The gradient at 0 is 0. PyTorch: `torch.abs`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const abs = /* @__PURE__ */ defineUnary({
  name: "abs",
  onnx: "Abs",
  compute: Math.abs,
  gradient: ({ x, cotangent }) => mul(cotangent, sign(x)),
});
