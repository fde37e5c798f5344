import { defineUnary } from "../core/define-elementwise.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";

/**
 * Negates each element: `-x`. PyTorch: `torch.neg`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const neg = /* @__PURE__ */ defineUnary({
  name: "neg",
  onnx: "Neg",
  involution: true,
  compute: (x) => -x,
  gradient: ({ cotangent }) => neg(cotangent),
});

/** The input of a `neg`; null for any other tensor. */
export const negated = (x: Tensor): Tensor | null => (x.op.name === "neg" ? at(x.inputs, 0) : null);
