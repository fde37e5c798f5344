import { defineFunction } from "../core/define-function.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { mul } from "./mul.ts";
import { sigmoid } from "./sigmoid.ts";
import { sub } from "./sub.ts";

const withGradient = /* @__PURE__ */ defineFunction<[x: Tensor, gate: Tensor]>({
  name: "silu",
  gradient: ({ inputs: [, gate], y, cotangent }) => [mul(cotangent, add(gate, mul(y, sub(1, gate)))), null],
});

/**
 * Computes the sigmoid linear unit (swish) of each element: `x * sigmoid(x)`. PyTorch: `F.silu`. Paper:
 * https://arxiv.org/abs/1606.08415.
 * @param x float32
 * @returns a tensor of the shape of `x`
 */
export function silu(x: Tensor): Tensor {
  const gate = sigmoid(x);
  return withGradient(mul(x, gate), [x, gate], {});
}
