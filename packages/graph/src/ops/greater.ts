import { defineBinary } from "../core/define-elementwise.ts";

/** Whether elements of the first tensor are greater than those of the second: a bool tensor. */
export const greater = /* @__PURE__ */ defineBinary({ name: "greater", onnx: "Greater", dtype: "bool" });
