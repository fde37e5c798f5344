import { defineUnary } from "../core/define-elementwise.ts";
import type { Tensor } from "../core/tensor.ts";

/** The negative of each element. */
export const neg = /* @__PURE__ */ defineUnary({
  name: "neg",
  onnx: "Neg",
  involution: true,
  of: (x) => -x,
  gradient: ({ cotangent }) => neg(cotangent),
});

/** What a tensor is the negative of; null where it was not made so. */
export const negated = (x: Tensor): Tensor | null => (x.op.name === "neg" ? (x.inputs[0] as Tensor) : null);
