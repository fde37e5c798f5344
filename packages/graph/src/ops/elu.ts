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

const op = defineOp<[x: Tensor], EluAttributes>({
  name: "elu",
  elementwise: true,
  infer: ([x], { alpha }) => {
    checkTypes("elu", [x], ["float32"]);
    checkNumber("elu", "alpha", alpha);
    return { shape: x.shape };
  },
  // The derivative below 0, alpha * exp(x), is y + alpha.
  gradient: ({ inputs: [x], output: y, cotangent, attributes: { alpha } }) => {
    const below = add(minimum(y, 0), alpha);
    const slope = alpha === 1 ? below : add(below, mul(step(x), 1 - alpha));
    return [mul(cotangent, slope)];
  },
  lower: ({ builder, names, attributes: { alpha } }) => builder.node("Elu", names, { alpha: { float: alpha } }),
});

/**
 * Computes the exponential linear unit of each element: `x` if x > 0, else `alpha * (exp(x) - 1)`. PyTorch: `F.elu`.
 * Paper: https://arxiv.org/abs/1511.07289.
 * @param x float32
 * @param alpha default 1
 * @returns a tensor of the shape of `x`
 */
export const elu = (x: Tensor, alpha = 1): Tensor => apply(op, [x], { alpha });
