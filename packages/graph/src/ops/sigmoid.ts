import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

/** 1 / (1 + exp(-x)) of each element. */
export const sigmoid = /* @__PURE__ */ defineUnary({
  name: "sigmoid",
  onnx: "Sigmoid",
  of: (x) => 1 / (1 + Math.exp(-x)),
  gradient: ({ y, cotangent }) => mul(cotangent, mul(y, sub(1, y))),
});
