import { defineFunction } from "../core/define-function.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { erf } from "./erf.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { sigmoid } from "./sigmoid.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

export interface GeluOptions {
  /** `"none"` for the exact normal distribution, `"tanh"` for its approximation by a tanh. Default `"none"`. */
  readonly approximate?: "none" | "tanh";
}

/** Value u * p, with u = x / sqrt(2) and p = sqrt(2) times the probability: all constant factors are in these two. */
const exact = /* @__PURE__ */ defineFunction<[u: Tensor, p: Tensor]>({
  name: "gelu",
  gradient: ({ inputs: [u, p], cotangent }) => {
    const density = mul(mul(u, exp(neg(square(u)))), Math.sqrt(2 / Math.PI));
    return [mul(cotangent, add(density, p)), null];
  },
});

const approximated = /* @__PURE__ */ defineFunction<[x: Tensor, gate: Tensor]>({
  name: "gelu tanh",
  gradient: ({ inputs: [x, gate], y, cotangent }) => {
    const inner = add(mul(square(x), 3 * CUBIC), LINEAR);
    return [mul(cotangent, add(gate, mul(mul(y, sub(1, gate)), inner))), null];
  },
});

// The approximation is x * (1 + tanh(u)) / 2 = x * sigmoid(2 u), with u = sqrt(2 / pi) * (x + 0.044715 x^3).
const LINEAR = 2 * /* @__PURE__ */ Math.sqrt(2 / Math.PI);
const CUBIC = LINEAR * 0.044715;

/**
 * Computes the Gaussian error linear unit of each element: `x * P(X <= x)` for a standard normal X. PyTorch: `F.gelu`.
 * Paper: https://arxiv.org/abs/1606.08415.
 * @param x float32
 * @param options `approximate`: `"none"` (default) or `"tanh"`
 * @returns a tensor of the shape of `x`
 */
export function gelu(x: Tensor, { approximate = "none" }: GeluOptions = {}): Tensor {
  if (approximate === "none") {
    const u = mul(x, Math.SQRT1_2);
    const p = mul(add(erf(u), 1), Math.SQRT1_2);
    return exact(mul(u, p), [u, p], {});
  }
  if (approximate !== "tanh") fail("gelu", `approximate = '${approximate}'. Expected 'none' or 'tanh'.`);
  const gate = sigmoid(mul(x, add(mul(square(x), CUBIC), LINEAR)));
  return approximated(mul(x, gate), [x, gate], {});
}
