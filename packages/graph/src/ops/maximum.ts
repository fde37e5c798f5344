import { defineBinary } from "../core/define-elementwise.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { cast } from "./cast.ts";
import { greater } from "./greater.ts";
import { greaterOrEqual } from "./greater-or-equal.ts";
import { mul } from "./mul.ts";

/** The larger of two tensors' elements. Where they are equal, each has half of the gradient, as in PyTorch. */
export const maximum = /* @__PURE__ */ defineBinary({
  name: "maximum",
  onnx: "Max",
  of: Math.max,
  gradient: ({ a, b, cotangent }) => [mul(cotangent, larger(a, b)), mul(cotangent, larger(b, a))],
});

/** 1 where the first is the larger, 1/2 where both are equal, 0 elsewhere. */
export const larger = (a: Tensor, b: Tensor): Tensor =>
  mul(add(cast(greater(a, b), "float32"), cast(greaterOrEqual(a, b), "float32")), 0.5);
