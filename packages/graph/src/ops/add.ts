import { defineBinary } from "../define-elementwise.ts";

/** The sum of two tensors, element by element. */
export const add = /* @__PURE__ */ defineBinary({
  name: "add",
  onnx: "Add",
  of: (a, b) => a + b,
  neutral: 0,
  commutes: true,
  gradient: ({ cotangent }) => [cotangent, cotangent],
});
