import { defineUnary } from "../define-elementwise.ts";

/** The negative of each element. */
export const neg = /* @__PURE__ */ defineUnary({
  name: "neg",
  onnx: "Neg",
  of: (x) => -x,
  gradient: ({ cotangent }) => neg(cotangent),
});
