import { defineBinary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";

/** The quotient of two float32 tensors, element by element; by 0 it is infinite, or NaN for 0 / 0. */
export const div = /* @__PURE__ */ defineBinary({
  name: "div",
  onnx: "Div",
  of: (a, b) => a / b,
  neutral: 1,
  // Whole numbers divided by 0 end the process on the CPU.
  types: ["float32"],
  gradient: ({ b, y, cotangent }) => {
    const da = div(cotangent, b);
    return [da, neg(mul(da, y))];
  },
});
