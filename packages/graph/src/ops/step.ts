import { defineUnary } from "../core/define-elementwise.ts";

/** Factor by which the smallest normal float32 number exceeds 1. */
export const STEEP = 3.4e38;

/**
 * Computes the unit step of each element: 1 if x > 0, else 0. A subnormal number, which a GPU treats as 0, may give a
 * number between. Stops the gradient. PyTorch: `torch.heaviside` with the value 0 at 0.
 */
export const step = /* @__PURE__ */ defineUnary({
  name: "step",
  // min(1, max(0, alpha * x + beta)) is one pass; a comparison and a cast are two passes and take 1.5 times as long.
  onnx: "HardSigmoid",
  attributes: { alpha: { float: STEEP }, beta: { float: 0 } },
});
