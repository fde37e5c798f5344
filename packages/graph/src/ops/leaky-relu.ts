import { checkNumber, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { mul } from "./mul.ts";
import { step } from "./step.ts";

interface LeakyReluAttributes extends Readonly<Record<string, unknown>> {
  readonly negativeSlope: number;
}

const op = defineOp<[x: Tensor], LeakyReluAttributes>({
  name: "leakyRelu",
  elementwise: true,
  infer: ([x], { negativeSlope }) => {
    checkTypes("leakyRelu", [x], ["float32"]);
    checkNumber("leakyRelu", "negativeSlope", negativeSlope);
    return { shape: x.shape };
  },
  gradient: ({ inputs: [x], cotangent, attributes: { negativeSlope } }) => [
    mul(cotangent, add(mul(step(x), 1 - negativeSlope), negativeSlope)),
  ],
  lower: ({ builder, names, attributes: { negativeSlope } }) =>
    builder.node("LeakyRelu", names, { alpha: { float: negativeSlope } }),
});

/**
 * Computes the leaky rectifier of each element: `x` if x > 0, else `negativeSlope * x`. The gradient at 0 is
 * `negativeSlope`. PyTorch: `F.leaky_relu`.
 * @param x float32
 * @param negativeSlope default 0.01
 * @returns a tensor of the shape of `x`
 */
export const leakyRelu = (x: Tensor, negativeSlope = 0.01): Tensor => apply(op, [x], { negativeSlope });
