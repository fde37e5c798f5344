import { defineUnary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { step } from "./step.ts";

/**
 * Computes the rectified linear unit of each element: `max(x, 0)`. The gradient at 0 is 0. PyTorch: `F.relu`. Paper:
 * https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const relu = /* @__PURE__ */ defineUnary({
  name: "relu",
  onnx: "Relu",
  compute: (x) => Math.max(x, 0),
  gradient: ({ y, cotangent }) => mul(cotangent, step(y)),
});
