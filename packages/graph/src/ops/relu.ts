import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { step } from "./step.ts";

/** max(x, 0), https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf. Its gradient at 0 is 0, as in PyTorch. */
export const relu = /* @__PURE__ */ defineUnary({
  name: "relu",
  onnx: "Relu",
  of: (x) => Math.max(x, 0),
  gradient: ({ y, cotangent }) => mul(cotangent, step(y)),
});
