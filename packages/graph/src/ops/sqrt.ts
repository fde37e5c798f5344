import { defineUnary } from "../core/define-elementwise.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";

/**
 * Computes the square root of each element. The gradient at 0 is infinite. PyTorch: `torch.sqrt`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const sqrt = /* @__PURE__ */ defineUnary({
  name: "sqrt",
  onnx: "Sqrt",
  compute: Math.sqrt,
  gradient: ({ y, cotangent }) => div(mul(cotangent, 0.5), y),
});
