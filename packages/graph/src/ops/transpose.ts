import { checkList, checkTensors } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp, isMadeBy } from "../core/op.ts";
import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";

interface TransposeAttributes extends Readonly<Record<string, unknown>> {
  readonly order: readonly number[];
}

const op = defineOp<[x: Tensor], TransposeAttributes>({
  name: "transpose",
  infer: ([x], { order }) => ({ shape: order.map((axis) => at(x.shape, axis)) }),
  simplify: ([x], { order }): Tensor | null => {
    if (order.every((axis, i) => axis === i)) return x;
    const before = transposeOf(x);
    if (!before) return folded(x, order);
    return transpose(
      before.x,
      order.map((axis) => at(before.order, axis)),
    );
  },
  gradient: ({ cotangent, attributes: { order } }) => [
    transpose(
      cotangent,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
  lower: ({ builder, names, attributes: { order } }) => builder.node("Transpose", names, { perm: order }),
});

function folded(x: Tensor, order: readonly number[]): Tensor | null {
  const shape = order.map((axis) => at(x.shape, axis));
  const places = order.map((_, axis) => order.indexOf(axis));
  const source = (index: readonly number[]): number[] => places.map((place) => at(index, place));
  return fold([x], { shape, dtype: x.dtype }, (read, index) => read(0, source(index)));
}

/**
 * Reorders the axes: axis i of the result is axis `axes[i]` of the input. PyTorch: `torch.permute`.
 * @param axes each axis once. Default: all axes in reverse order.
 * @throws GraphError if `axes` does not list each axis once
 */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  checkTensors("transpose", [x]);
  const order = axes ?? x.shape.map((_, axis) => x.rank - 1 - axis);
  checkList("transpose", "the order of the axes", order, "[0, 2, 1]");
  if (order.length !== x.rank || !x.shape.every((_, axis) => order.includes(axis))) {
    fail(
      "transpose",
      `${showShape(x.shape)} in the order ${showShape(order)}. Expected each axis from 0 to ${x.rank - 1} once.`,
    );
  }
  return apply(op, [x], { order: [...order] });
}

/** The input and the order of a transpose; null for any other tensor. */
export const transposeOf = (tensor: Tensor): { readonly x: Tensor; readonly order: readonly number[] } | null =>
  isMadeBy(op, tensor) ? { x: tensor.inputs[0], order: tensor.attributes.order } : null;

/** Order of the axes that swaps the last two. */
export const swapLastAxes = (rank: number): readonly number[] =>
  Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
