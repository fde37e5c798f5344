import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";

const op = /* @__PURE__ */ defineOp<[x: Tensor]>({
  name: "stopGradient",
  transparent: true,
  infer: ([{ shape }]) => ({ shape }),
  lower: ({ names: [x] }) => x,
});

/**
 * Returns a tensor unchanged and stops its gradient. PyTorch: `Tensor.detach`.
 * @returns a tensor of the shape and type of `x`
 */
export const stopGradient = (x: Tensor): Tensor => apply(op, [x], {});
