import { defineFunction } from "../define-function.ts";
import { fail } from "../error.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { erf } from "./erf.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { sigmoid } from "./sigmoid.ts";
import { square } from "./square.ts";
import { sub } from "./sub.ts";

export interface GeluOptions {
  /** `"none"` (the default) for the normal distribution itself, `"tanh"` for the approximation of it by a tanh. */
  readonly approximate?: "none" | "tanh";
}

const exactOf = /* @__PURE__ */ defineFunction({
  name: "gelu",
  gradient: ({ inputs, cotangent }) => {
    const [x, probability] = inputs as [Tensor, Tensor];
    const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [mul(cotangent, add(probability, mul(x, density))), null];
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
    const probability = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
    return exactOf(mul(x, probability), [x, probability], {});
  }
  if (approximate !== "tanh") fail("gelu", `approximate = '${approximate}': expected 'none' or 'tanh'`);
  const gate = sigmoid(mul(x, add(mul(square(x), CUBIC), LINEAR)));
  return tanhOf(mul(x, gate), [x, gate], {});
}
