import { defineReduction } from "../core/define-reduction.ts";
import { shareAmongTies } from "./share-among-ties.ts";

/**
 * Computes the smallest element over some axes. Several equal smallest elements share the gradient evenly. PyTorch:
 * `torch.amin`.
 * @param x float32 or int32
 * @param axes negative axes count from the end. Default: all axes.
 * @param options `keepDims`: true to keep the reduced axes with size 1; default false
 * @throws GraphError if `x` does not have an axis, or an axis is listed twice
 */
export const min = /* @__PURE__ */ defineReduction({ name: "min", onnx: "ReduceMin", gradient: shareAmongTies });
