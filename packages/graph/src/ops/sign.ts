import { checkTypes } from "../core/check.ts";
import { toTensor } from "../core/constant.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { STEEP } from "./step.ts";

const op = defineOp({
  name: "sign",
  elementwise: true,
  infer: (inputs) => {
    checkTypes("sign", inputs, ["float32"]);
    return { shape: (inputs[0] as Tensor).shape };
  },
  // ONNX has Sign, but WebGPU does not run it, and on the CPU this is twice as fast.
  lower: ({ builder, names: [x] }) => {
    const steep = builder.node("Mul", [x as string, builder.float(STEEP)]);
    return builder.node("Clip", [steep, builder.float(-1), builder.float(1)]);
  },
});

/** -1, 0 or 1 for each element; subnormal numbers may count as 0. It has no gradient. */
export const sign = (x: Tensor | number): Tensor => apply(op, [toTensor(x)], {});
