import { defineFunction } from "../core/define-function.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { mul } from "./mul.ts";
import { sigmoid } from "./sigmoid.ts";
import { sub } from "./sub.ts";

const siluOf = /* @__PURE__ */ defineFunction({
  name: "silu",
  gradient: ({ inputs, y, cotangent }) => {
    const [, gate] = inputs as [Tensor, Tensor];
    return [mul(cotangent, add(gate, mul(y, sub(1, gate)))), null];
  },
});

/** x * sigmoid(x), also called swish, https://arxiv.org/abs/1606.08415. */
export function silu(x: Tensor): Tensor {
  const gate = sigmoid(x);
  return siluOf(mul(x, gate), [x, gate], {});
}
