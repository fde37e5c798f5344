import { defineReduction } from "../core/define-reduction.ts";
import { expand } from "./expand.ts";
import { mul } from "./mul.ts";

/** The mean over some axes; over all by default. */
export const mean = /* @__PURE__ */ defineReduction({
  name: "mean",
  onnx: "ReduceMean",
  gradient: ({ x, cotangent, count }) => expand(mul(cotangent(), 1 / count), x.shape),
});
