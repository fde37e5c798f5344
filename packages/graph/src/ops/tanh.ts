import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

/**
 * Computes the hyperbolic tangent of each element. PyTorch: `torch.tanh`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const tanh = /* @__PURE__ */ defineUnary({
  name: "tanh",
  onnx: "Tanh",
  compute: Math.tanh,
  gradient: ({ y, cotangent }) => mul(cotangent, sub(1, square(y))),
});
