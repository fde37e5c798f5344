import { defineBinary } from "../define-elementwise.ts";
import { neg } from "./neg.ts";

/** The difference of two tensors, element by element. */
export const sub = /* @__PURE__ */ defineBinary({
  name: "sub",
  onnx: "Sub",
  of: (a, b) => a - b,
  neutral: 0,
  gradient: ({ cotangent }) => [cotangent, neg(cotangent)],
});
