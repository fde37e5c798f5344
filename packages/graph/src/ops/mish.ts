import { defineFunction } from "../core/define-function.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { div } from "./div.ts";
import { exp } from "./exp.ts";
import { minimum } from "./minimum.ts";
import { mul } from "./mul.ts";
import { sigmoid } from "./sigmoid.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

const withGradient = /* @__PURE__ */ defineFunction<[x: Tensor, gate: Tensor]>({
  name: "mish",
  gradient: ({ inputs: [x, gate], cotangent }) => [
    mul(cotangent, add(gate, mul(mul(x, sigmoid(x)), sub(1, square(gate))))),
    null,
  ],
});

/**
 * Computes the mish of each element: `x * tanh(softplus(x))`. PyTorch: `F.mish`. Paper:
 * https://arxiv.org/abs/1908.08681.
 * @param x float32
 * @returns a tensor of the shape of `x`
 */
export function mish(x: Tensor): Tensor {
  // ONNX's Mish takes ten times as long on the CPU. With e = exp(x) and n = e^2 + 2 e, tanh(log(1 + e)) = n / (n + 2).
  // It rounds to 1 from x = 20 on, and e^2 would overflow for larger x.
  const e = exp(minimum(x, 20));
  const n = mul(e, add(e, 2));
  const gate = div(n, add(n, 2));
  return withGradient(mul(x, gate), [x, gate], {});
}
