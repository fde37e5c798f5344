import { defineUnary } from "../core/define-elementwise.ts";
import { div } from "./div.ts";

/** The natural logarithm of each element: -Infinity of 0, and of negative numbers NaN (on a GPU any number). */
export const log = /* @__PURE__ */ defineUnary({
  name: "log",
  onnx: "Log",
  of: Math.log,
  gradient: ({ x, cotangent }) => div(cotangent, x),
});
