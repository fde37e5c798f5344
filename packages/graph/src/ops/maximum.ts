import { defineBinary } from "../core/define-elementwise.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { cast } from "./cast.ts";
import { greater } from "./greater.ts";
import { greaterOrEqual } from "./greater-or-equal.ts";
import { mul } from "./mul.ts";

/**
 * Computes the larger of two elements: `max(a, b)`. Equal elements each receive half of the gradient. PyTorch:
 * `torch.maximum`.
 * @param a float32 or int32, or a number; its shape broadcasts with the shape of `b`
 * @param b a tensor of the same type, or a number
 * @throws GraphError if the shapes do not broadcast or the types differ
 */
export const maximum = /* @__PURE__ */ defineBinary({
  name: "maximum",
  onnx: "Max",
  compute: Math.max,
  gradient: ({ a, b, cotangent }) => [mul(cotangent, larger(a, b)), mul(cotangent, larger(b, a))],
});

/** Computes 1 where `a > b`, 1/2 where `a == b`, and 0 elsewhere. */
export const larger = (a: Tensor, b: Tensor): Tensor =>
  mul(add(cast(greater(a, b), "float32"), cast(greaterOrEqual(a, b), "float32")), 0.5);
