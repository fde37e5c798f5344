import { defineBinary } from "../core/define-elementwise.ts";

/** The product of two tensors, element by element. */
export const mul = /* @__PURE__ */ defineBinary({
  name: "mul",
  onnx: "Mul",
  of: (a, b) => a * b,
  ofIntegers: Math.imul,
  neutral: 1,
  commutes: true,
  gradient: ({ a, b, cotangent }) => [mul(cotangent, b), mul(cotangent, a)],
});
