import { checkAxis, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";

export interface CumulativeSumOptions {
  /** True to leave the element itself out of its sum. Default false. */
  readonly exclusive?: boolean;
  /** True to sum from the end. Default false. */
  readonly reverse?: boolean;
}

interface CumulativeSumAttributes extends Readonly<Record<string, unknown>> {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

const op = /* @__PURE__ */ defineOp<[x: Tensor], CumulativeSumAttributes>({
  name: "cumulativeSum",
  infer: ([x]) => {
    checkTypes("cumulativeSum", [x], ["float32"]);
    return { shape: x.shape };
  },
  gradient: ({ cotangent, attributes }) => [
    cumulativeSum(cotangent, attributes.axis, { exclusive: attributes.exclusive, reverse: !attributes.reverse }),
  ],
  lower: ({ builder, names: [x], attributes: { axis, exclusive, reverse } }) =>
    builder.node("CumSum", [x, builder.constant(Int32Array.of(axis), [])], {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    }),
});

/**
 * Adds up the elements along an axis: each element of the result is the sum of all elements up to it. PyTorch:
 * `torch.cumsum`.
 * @param x float32
 * @param axis a negative axis counts from the end
 * @param options `exclusive` (default false) and `reverse` (default false)
 * @returns a tensor of the shape of `x`
 * @throws GraphError if `x` does not have the axis
 */
export function cumulativeSum(x: Tensor, axis: number, options: CumulativeSumOptions = {}): Tensor {
  const { exclusive = false, reverse = false } = options;
  return apply(op, [x], { axis: checkAxis("cumulativeSum", x, axis), exclusive, reverse });
}
