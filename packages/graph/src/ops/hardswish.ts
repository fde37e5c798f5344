import { defineUnary } from "../core/define-elementwise.ts";
import { abs } from "./abs.ts";
import { add } from "./add.ts";
import { less } from "./less.ts";
import { mul } from "./mul.ts";
import { step } from "./step.ts";
import { where } from "./where.ts";

/** x * min(max(x + 3, 0), 6) / 6, https://arxiv.org/abs/1905.02244. Its gradient at -3 is 0 and at 3 is 1: PyTorch's. */
export const hardswish = /* @__PURE__ */ defineUnary({
  name: "hardswish",
  onnx: "HardSwish",
  gradient: ({ x, cotangent }) => mul(cotangent, where(less(abs(x), 3), add(mul(x, 1 / 3), 0.5), step(x))),
});
