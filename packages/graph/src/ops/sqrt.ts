import { defineUnary } from "../core/define-elementwise.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";

/** The square root of each element. Its gradient at 0 is infinite. */
export const sqrt = /* @__PURE__ */ defineUnary({
  name: "sqrt",
  onnx: "Sqrt",
  of: Math.sqrt,
  gradient: ({ y, cotangent }) => div(mul(cotangent, 0.5), y),
});
