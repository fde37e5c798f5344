import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

/**
 * Computes the logistic function of each element: `1 / (1 + exp(-x))`. PyTorch: `torch.sigmoid`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const sigmoid = /* @__PURE__ */ defineUnary({
  name: "sigmoid",
  onnx: "Sigmoid",
  compute: (x) => 1 / (1 + Math.exp(-x)),
  gradient: ({ y, cotangent }) => mul(cotangent, mul(y, sub(1, y))),
});
