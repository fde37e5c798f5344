import { defineBinary } from "../core/define-elementwise.ts";

/** Whether elements of the first tensor are at least those of the second: a bool tensor. */
export const greaterOrEqual = /* @__PURE__ */ defineBinary({
  name: "greaterOrEqual",
  onnx: "GreaterOrEqual",
  dtype: "bool",
});
