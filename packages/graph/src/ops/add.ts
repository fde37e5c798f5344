import { defineBinary } from "../core/define-elementwise.ts";
import type { Tensor } from "../core/tensor.ts";
import { negated } from "./neg.ts";
import { sub } from "./sub.ts";

/**
 * Adds two tensors element by element: `a + b`. PyTorch: `torch.add`.
 * @param a float32 or int32, or a number; its shape broadcasts with the shape of `b`
 * @param b a tensor of the same type, or a number
 * @throws GraphError if the shapes do not broadcast or the types differ
 */
export const add = /* @__PURE__ */ defineBinary({
  name: "add",
  onnx: "Add",
  compute: (a, b) => a + b,
  neutral: 0,
  commutes: true,
  simplify: (a, b): Tensor | null => {
    const [minusA, minusB] = [negated(a), negated(b)];
    if (minusB) return sub(a, minusB);
    return minusA && sub(b, minusA);
  },
  gradient: ({ cotangent }) => [cotangent, cotangent],
});
