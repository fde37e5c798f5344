import { defineUnary } from "../core/define-elementwise.ts";
import { div } from "./div.ts";

/**
 * Computes the natural logarithm of each element. The logarithm of 0 is -Infinity; that of a negative number is NaN on
 * the CPU and undefined on a GPU. PyTorch: `torch.log`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const log = /* @__PURE__ */ defineUnary({
  name: "log",
  onnx: "Log",
  compute: Math.log,
  gradient: ({ x, cotangent }) => div(cotangent, x),
});
