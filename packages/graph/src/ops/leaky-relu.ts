import { checkNumber, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { add } from "./add.ts";
import { mul } from "./mul.ts";
import { step } from "./step.ts";

interface LeakyReluAttributes extends Readonly<Record<string, unknown>> {
  readonly negativeSlope: number;
}

const op = defineOp<LeakyReluAttributes>({
  name: "leakyRelu",
  elementwise: true,
  infer: (inputs, { negativeSlope }) => {
    checkTypes("leakyRelu", inputs, ["float32"]);
    checkNumber("leakyRelu", "negativeSlope", negativeSlope);
    return { shape: (inputs[0] as Tensor).shape };
  },
  gradient: ({ inputs: [x], cotangent, attributes: { negativeSlope } }) => [
    mul(cotangent, add(mul(step(x as Tensor), 1 - negativeSlope), negativeSlope)),
  ],
  lower: ({ builder, names, attributes: { negativeSlope } }) =>
    builder.node("LeakyRelu", names, { alpha: { float: negativeSlope } }),
});

/** x above 0, and `negativeSlope` (default 0.01) times x elsewhere, also in its gradient at 0, as in PyTorch. */
export const leakyRelu = (x: Tensor, negativeSlope = 0.01): Tensor => apply(op, [x], { negativeSlope });
