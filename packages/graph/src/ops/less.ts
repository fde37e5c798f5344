import { defineBinary } from "../core/define-elementwise.ts";

/**
 * Compares two tensors element by element: true where `a < b`. PyTorch: `torch.lt`.
 * @param a float32 or int32, or a number; its shape broadcasts with the shape of `b`
 * @param b a tensor of the same type, or a number
 * @returns a bool tensor, without a gradient
 * @throws GraphError if the shapes do not broadcast or the types differ
 */
export const less = /* @__PURE__ */ defineBinary({ name: "less", onnx: "Less", dtype: "bool" });
