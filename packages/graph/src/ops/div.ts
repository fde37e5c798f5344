import { defineBinary } from "../core/define-elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";

/**
 * Divides two tensors element by element: `a / b`. A division by 0 gives infinity, and 0 / 0 gives NaN. PyTorch:
 * `torch.div`.
 * @param a float32, or a number; its shape broadcasts with the shape of `b`
 * @param b float32, or a number
 * @throws GraphError if the shapes do not broadcast or a type is not float32
 */
export const div = /* @__PURE__ */ defineBinary({
  name: "div",
  onnx: "Div",
  compute: (a, b) => a / b,
  neutral: 1,
  // On the CPU, an integer division by 0 would crash the process.
  types: ["float32"],
  gradient: ({ b, y, cotangent }) => {
    const da = div(cotangent, b);
    return [da, neg(mul(da, y))];
  },
});
