import { defineReduction } from "../core/define-reduction.ts";
import { expand } from "./expand.ts";
import { reshape } from "./reshape.ts";

/**
 * Computes the sum over some axes. PyTorch: `torch.sum`.
 * @param x float32 or int32
 * @param axes negative axes count from the end. Default: all axes.
 * @param options `keepDims`: true to keep the reduced axes with size 1; default false
 * @throws GraphError if `x` does not have an axis, or an axis is listed twice
 */
export const sum = /* @__PURE__ */ defineReduction({
  name: "sum",
  onnx: "ReduceSum",
  gradient: ({ x, cotangent, kept }) => expand(reshape(cotangent, kept), x.shape),
});
