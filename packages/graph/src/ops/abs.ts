import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { sign } from "./sign.ts";

/** Each element without its sign. Its gradient at 0 is 0. */
export const abs = /* @__PURE__ */ defineUnary({
  name: "abs",
  onnx: "Abs",
  of: Math.abs,
  gradient: ({ x, cotangent }) => mul(cotangent, sign(x)),
});
