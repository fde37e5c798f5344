import { defineReduction } from "../core/define-reduction.ts";
import { expand } from "./expand.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";

/**
 * Computes the mean over some axes. PyTorch: `torch.mean`.
 * @param x float32 or int32
 * @param axes negative axes count from the end. Default: all axes.
 * @param options `keepDims`: true to keep the reduced axes with size 1; default false
 * @throws GraphError if `x` does not have an axis, or an axis is listed twice
 */
export const mean = /* @__PURE__ */ defineReduction({
  name: "mean",
  onnx: "ReduceMean",
  gradient: ({ x, cotangent, kept, count }) => expand(mul(reshape(cotangent, kept), 1 / count), x.shape),
});
