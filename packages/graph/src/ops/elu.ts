import { checkNumber, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { minimum } from "./minimum.ts";
import { mul } from "./mul.ts";
import { step } from "./step.ts";

interface EluAttributes extends Readonly<Record<string, unknown>> {
  readonly alpha: number;
}

const op = defineOp<EluAttributes>({
  name: "elu",
  elementwise: true,
  infer: (inputs, { alpha }) => {
    checkTypes("elu", inputs, ["float32"]);
    checkNumber("elu", "alpha", alpha);
    return { shape: (inputs[0] as Tensor).shape };
  },
  // alpha * exp(x) is y + alpha.
  gradient: ({ inputs: [x], output: y, cotangent, attributes: { alpha } }) => {
    const below = add(minimum(y, 0), alpha);
    const slope = alpha === 1 ? below : add(below, mul(step(x as Tensor), 1 - alpha));
    return [mul(cotangent, slope)];
  },
  lower: ({ builder, names, attributes: { alpha } }) => builder.node("Elu", names, { alpha: { float: alpha } }),
});

/** x above 0, and alpha * (exp(x) - 1) elsewhere, https://arxiv.org/abs/1511.07289. Default alpha 1. */
export const elu = (x: Tensor, alpha = 1): Tensor => apply(op, [x], { alpha });
