import { defineUnary } from "../core/define-elementwise.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { square } from "./square.ts";

/**
 * Computes the error function of each element: `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x. PyTorch:
 * `torch.erf`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const erf = /* @__PURE__ */ defineUnary({
  name: "erf",
  onnx: "Erf",
  gradient: ({ x, cotangent }) => mul(cotangent, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))),
});
