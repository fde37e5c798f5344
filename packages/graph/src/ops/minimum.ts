import { defineBinary } from "../core/define-elementwise.ts";
import { larger } from "./maximum.ts";
import { mul } from "./mul.ts";

/**
 * Computes the smaller of two elements: `min(a, b)`. Equal elements each receive half of the gradient. PyTorch:
 * `torch.minimum`.
 * @param a float32 or int32, or a number; its shape broadcasts with the shape of `b`
 * @param b a tensor of the same type, or a number
 * @throws GraphError if the shapes do not broadcast or the types differ
 */
export const minimum = /* @__PURE__ */ defineBinary({
  name: "minimum",
  onnx: "Min",
  compute: Math.min,
  gradient: ({ a, b, cotangent }) => [mul(cotangent, larger(b, a)), mul(cotangent, larger(a, b))],
});
