import { defineBinary } from "../core/define-elementwise.ts";
import type { Tensor } from "../core/tensor.ts";
import { negated } from "./neg.ts";
import { sub } from "./sub.ts";

/** The sum of two tensors, element by element. */
export const add = /* @__PURE__ */ defineBinary({
  name: "add",
  onnx: "Add",
  of: (a, b) => a + b,
  neutral: 0,
  commutes: true,
  simplify: (a, b): Tensor | null => {
    const [minusA, minusB] = [negated(a), negated(b)];
    if (minusB) return sub(a, minusB);
    return minusA && sub(b, minusA);
  },
  gradient: ({ cotangent }) => [cotangent, cotangent],
});
