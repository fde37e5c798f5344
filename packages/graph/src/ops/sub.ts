import { defineBinary } from "../core/define-elementwise.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { neg, negated } from "./neg.ts";

/** The difference of two tensors, element by element. */
export const sub = /* @__PURE__ */ defineBinary({
  name: "sub",
  onnx: "Sub",
  of: (a, b) => a - b,
  neutral: 0,
  simplify: (a, b): Tensor | null => {
    const minusB = negated(b);
    return minusB && add(a, minusB);
  },
  gradient: ({ cotangent }) => [cotangent, neg(cotangent)],
});
