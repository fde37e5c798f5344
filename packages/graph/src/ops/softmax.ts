import { checkAxis, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

interface SoftmaxAttributes extends Readonly<Record<string, unknown>> {
  readonly axis: number;
}

const op = defineOp<[x: Tensor], SoftmaxAttributes>({
  name: "softmax",
  infer: ([x]) => {
    checkTypes("softmax", [x], ["float32"]);
    return { shape: x.shape };
  },
  gradient: ({ output: y, cotangent, attributes: { axis } }) => [
    mul(y, sub(cotangent, sum(mul(cotangent, y), [axis], { keepDims: true }))),
  ],
  lower: ({ builder, names, attributes: { axis } }) => builder.node("Softmax", names, { axis }),
});

/**
 * Computes softmax along an axis: `exp(x) / sum(exp(x))`. Stable for large numbers. PyTorch: `F.softmax`.
 * @param x float32
 * @param axis a negative axis counts from the end. Default -1, the last axis.
 * @returns a tensor of the shape of `x`
 * @throws GraphError if `x` does not have this axis
 */
export const softmax = (x: Tensor, axis = -1): Tensor => apply(op, [x], { axis: checkAxis("softmax", x, axis) });
