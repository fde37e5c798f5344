import { checkTypes } from "../core/check.ts";
import { toTensor } from "../core/constant.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { STEEP } from "./step.ts";

const op = defineOp<[x: Tensor]>({
  name: "sign",
  elementwise: true,
  infer: ([x]) => {
    checkTypes("sign", [x], ["float32"]);
    return { shape: x.shape };
  },
  // ONNX Runtime has no Sign on WebGPU, and on the CPU this is twice as fast.
  lower: ({ builder, names: [x] }) => {
    const steep = builder.node("Mul", [x, builder.float(STEEP)]);
    return builder.node("Clip", [steep, builder.float(-1), builder.float(1)]);
  },
});

/**
 * Computes the sign of each element: -1, 0 or 1. A subnormal number may give a number between. Stops the gradient.
 * PyTorch: `torch.sign`.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const sign = (x: Tensor | number): Tensor => apply(op, [toTensor(x)], {});
