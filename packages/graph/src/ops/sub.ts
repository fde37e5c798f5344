import { defineBinary } from "../core/define-elementwise.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { neg, negated } from "./neg.ts";

/**
 * Subtracts two tensors element by element: `a - b`. PyTorch: `torch.sub`.
 * @param a float32 or int32, or a number; its shape broadcasts with the shape of `b`
 * @param b a tensor of the same type, or a number
 * @throws GraphError if the shapes do not broadcast or the types differ
 */
export const sub = /* @__PURE__ */ defineBinary({
  name: "sub",
  onnx: "Sub",
  compute: (a, b) => a - b,
  neutral: 0,
  simplify: (a, b): Tensor | null => {
    const minusB = negated(b);
    return minusB && add(a, minusB);
  },
  gradient: ({ cotangent }) => [cotangent, neg(cotangent)],
});
