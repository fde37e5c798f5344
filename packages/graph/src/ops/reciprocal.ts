import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { square } from "./square.ts";

/** 1 over each element. */
export const reciprocal = /* @__PURE__ */ defineUnary({
  name: "reciprocal",
  onnx: "Reciprocal",
  of: (x) => 1 / x,
  gradient: ({ y, cotangent }) => neg(mul(cotangent, square(y))),
});
