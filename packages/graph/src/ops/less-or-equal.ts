import { defineBinary } from "../core/define-elementwise.ts";

/** Whether elements of the first tensor are at most those of the second: a bool tensor. */
export const lessOrEqual = /* @__PURE__ */ defineBinary({ name: "lessOrEqual", onnx: "LessOrEqual", dtype: "bool" });
