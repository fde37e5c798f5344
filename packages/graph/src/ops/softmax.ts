import { checkAxis, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

interface SoftmaxAttributes extends Readonly<Record<string, unknown>> {
  readonly axis: number;
}

const op = defineOp<SoftmaxAttributes>({
  name: "softmax",
  infer: (inputs) => {
    checkTypes("softmax", inputs, ["float32"]);
    return { shape: (inputs[0] as Tensor).shape };
  },
  gradient: ({ output: y, cotangent, attributes: { axis } }) => [
    mul(y, sub(cotangent, sum(mul(cotangent, y), [axis], { keepDims: true }))),
  ],
  lower: ({ builder, names, attributes: { axis } }) => builder.node("Softmax", names, { axis }),
});

/** exp(x) over the sum of exp(x) along an axis (default: the last), right for large numbers too. */
export const softmax = (x: Tensor, axis = -1): Tensor => apply(op, [x], { axis: checkAxis("softmax", x, axis) });
