import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";

/** e to the power of each element. */
export const exp = /* @__PURE__ */ defineUnary({
  name: "exp",
  onnx: "Exp",
  of: Math.exp,
  gradient: ({ y, cotangent }) => mul(cotangent, y),
});
