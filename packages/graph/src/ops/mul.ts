import { defineBinary } from "../core/define-elementwise.ts";

/**
 * Multiplies two tensors element by element: `a * b`. PyTorch: `torch.mul`.
 * @param a float32 or int32, or a number; its shape broadcasts with the shape of `b`
 * @param b a tensor of the same type, or a number
 * @throws GraphError if the shapes do not broadcast or the types differ
 */
export const mul = /* @__PURE__ */ defineBinary({
  name: "mul",
  onnx: "Mul",
  compute: (a, b) => a * b,
  computeIntegers: Math.imul,
  neutral: 1,
  commutes: true,
  gradient: ({ a, b, cotangent }) => [mul(cotangent, b), mul(cotangent, a)],
});
