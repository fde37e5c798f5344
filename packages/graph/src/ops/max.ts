import { defineReduction } from "../core/define-reduction.ts";
import { shareAmongTies } from "./share-among-ties.ts";

/**
 * Computes the largest element over some axes. Several equal largest elements share the gradient evenly. PyTorch:
 * `torch.amax`.
 * @param x float32 or int32
 * @param axes negative axes count from the end. Default: all axes.
 * @param options `keepDims`: true to keep the reduced axes with size 1; default false
 * @throws GraphError if `x` does not have an axis, or an axis is listed twice
 */
export const max = /* @__PURE__ */ defineReduction({ name: "max", onnx: "ReduceMax", gradient: shareAmongTies });
