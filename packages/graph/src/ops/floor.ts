import { defineUnary } from "../core/define-elementwise.ts";

/**
 * Rounds each element down to a whole number. Stops the gradient. PyTorch: `torch.floor`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const floor = /* @__PURE__ */ defineUnary({ name: "floor", onnx: "Floor", compute: Math.floor });
