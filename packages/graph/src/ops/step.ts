import { defineUnary } from "../core/define-elementwise.ts";

/** Times the smallest normal number of float32, still above 1. */
export const STEEP = 3.4e38;

/**
 * 1 for elements above 0, and 0 for others; a subnormal number, which a GPU takes for 0, may give something between. It
 * has no gradient.
 */
export const step = /* @__PURE__ */ defineUnary({
  name: "step",
  // min(1, max(0, alpha * x + beta)): one pass, where a comparison and a cast are two, and take half as long again.
  onnx: "HardSigmoid",
  attributes: { alpha: { float: STEEP }, beta: { float: 0 } },
});
