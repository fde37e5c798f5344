import { defineReduction } from "../core/define-reduction.ts";
import { shareAmongTies } from "./share-among-ties.ts";

/** The largest element over some axes; over all by default. Several of them share the gradient, as PyTorch's amax. */
export const max = /* @__PURE__ */ defineReduction({ name: "max", onnx: "ReduceMax", gradient: shareAmongTies });
