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
  /** `"none"` (the default) for the normal distribution itself, `"tanh"` for the approximation of it by a tanh. */
  readonly approximate?: "none" | "tanh";
}

/** Of u = x / sqrt(2), and p = sqrt(2) times the probability: all other factors are in these two. */
const exactOf = /* @__PURE__ */ defineFunction({
  name: "gelu",
  gradient: ({ inputs, cotangent }) => {
    const [u, p] = inputs as [Tensor, Tensor];
    const density = mul(mul(u, exp(neg(square(u)))), Math.sqrt(2 / Math.PI));
    return [mul(cotangent, add(density, p)), null];
  },
});

const tanhOf = /* @__PURE__ */ defineFunction({
  name: "gelu tanh",
  gradient: ({ inputs, y, cotangent }) => {
    const [x, gate] = inputs as [Tensor, Tensor];
    const slope = add(mul(square(x), 3 * CUBIC), LINEAR);
    return [mul(cotangent, add(gate, mul(mul(y, sub(1, gate)), slope))), null];
  },
});

// (1 + tanh(u)) / 2 = sigmoid(2 u), with u = sqrt(2 / pi) * (x + 0.044715 x^3).
const LINEAR = 2 * /* @__PURE__ */ Math.sqrt(2 / Math.PI);
const CUBIC = LINEAR * 0.044715;

/** x times the probability that a normal number is below x, https://arxiv.org/abs/1606.08415. */
export function gelu(x: Tensor, { approximate = "none" }: GeluOptions = {}): Tensor {
  if (approximate === "none") {
    const u = mul(x, Math.SQRT1_2);
    const p = mul(add(erf(u), 1), Math.SQRT1_2);
    return exactOf(mul(u, p), [u, p], {});
  }
  if (approximate !== "tanh") fail("gelu", `approximate = '${approximate}': expected 'none' or 'tanh'`);
  const gate = sigmoid(mul(x, add(mul(square(x), CUBIC), LINEAR)));
  return tanhOf(mul(x, gate), [x, gate], {});
}
