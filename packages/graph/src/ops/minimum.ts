import { defineBinary } from "../core/define-elementwise.ts";
import { larger } from "./maximum.ts";
import { mul } from "./mul.ts";

/** The smaller of two tensors' elements. Where they are equal, each has half of the gradient, as in PyTorch. */
export const minimum = /* @__PURE__ */ defineBinary({
  name: "minimum",
  onnx: "Min",
  of: Math.min,
  gradient: ({ a, b, cotangent }) => [mul(cotangent, larger(b, a)), mul(cotangent, larger(a, b))],
});
