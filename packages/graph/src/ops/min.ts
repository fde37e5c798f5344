import { defineReduction } from "../core/define-reduction.ts";
import { shareAmongTies } from "./share-among-ties.ts";

/** The smallest element over some axes; over all by default. Several of them share the gradient, as PyTorch's amin. */
export const min = /* @__PURE__ */ defineReduction({ name: "min", onnx: "ReduceMin", gradient: shareAmongTies });
