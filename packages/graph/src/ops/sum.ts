import { defineReduction } from "../core/define-reduction.ts";
import { expand } from "./expand.ts";

/** The sum over some axes; over all by default. */
export const sum = /* @__PURE__ */ defineReduction({
  name: "sum",
  onnx: "ReduceSum",
  gradient: ({ x, cotangent }) => expand(cotangent(), x.shape),
});
