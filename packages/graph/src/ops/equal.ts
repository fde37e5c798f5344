import { defineBinary } from "../define-elementwise.ts";

/** Whether elements of two tensors are equal: a bool tensor. */
export const equal = /* @__PURE__ */ defineBinary({ name: "equal", onnx: "Equal", dtype: "bool" });
