import { defineBinary } from "../core/define-elementwise.ts";

/** Whether elements of the first tensor are less than those of the second: a bool tensor. */
export const less = /* @__PURE__ */ defineBinary({ name: "less", onnx: "Less", dtype: "bool" });
