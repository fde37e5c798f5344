import { defineUnary } from "../core/define-elementwise.ts";
import { abs } from "./abs.ts";
import { add } from "./add.ts";
import { less } from "./less.ts";
import { mul } from "./mul.ts";
import { step } from "./step.ts";
import { where } from "./where.ts";

/**
 * Computes the hard swish of each element: `x * min(max(x + 3, 0), 6) / 6`. The gradient is 0 at -3 and 1 at 3.
 * PyTorch: `F.hardswish`. Paper: https://arxiv.org/abs/1905.02244.
 * @param x float32, or a number
 * @returns a tensor of the shape of `x`
 */
export const hardswish = /* @__PURE__ */ defineUnary({
  name: "hardswish",
  onnx: "HardSwish",
  gradient: ({ x, cotangent }) => mul(cotangent, where(less(abs(x), 3), add(mul(x, 1 / 3), 0.5), step(x))),
});
