import { defineBinary } from "../core/define-elementwise.ts";

/** Whether elements of two tensors are equal: a bool tensor. */
export const equal = /* @__PURE__ */ defineBinary({ name: "equal", onnx: "Equal", dtype: "bool" });
