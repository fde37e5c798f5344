import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";

interface TransposeAttributes extends Readonly<Record<string, unknown>> {
  readonly order: readonly number[];
}

const op = defineOp<TransposeAttributes>({
  name: "transpose",
  infer: ([x], { order }) => ({ shape: order.map((axis) => (x as Tensor).shape[axis] as number) }),
  simplify: ([x], { order }) => {
    if (order.every((axis, i) => axis === i)) return x as Tensor;
    const { op: inner, inputs, attributes } = x as Tensor;
    if (inner.name !== "transpose") return folded(x as Tensor, order);
    const before = (attributes as TransposeAttributes).order;
    return transpose(
      inputs[0] as Tensor,
      order.map((axis) => before[axis] as number),
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
  const shape = order.map((axis) => x.shape[axis] as number);
  const places = order.map((_, axis) => order.indexOf(axis));
  const at = (index: readonly number[]): number[] => places.map((place) => index[place] as number);
  return fold([x], { shape, dtype: x.dtype }, (read, index) => read(0, at(index)));
}

/** Reorders the axes: axis i of the result is axis `order[i]` of the input. By default all are reversed. */
export function transpose(x: Tensor, order: readonly number[] = x.shape.map((_, axis) => x.rank - 1 - axis)): Tensor {
  if (order.length !== x.rank || !x.shape.every((_, axis) => order.includes(axis))) {
    fail(
      "transpose",
      `${showShape(x.shape)} in the order ${showShape(order)}: expected each of 0 to ${x.rank - 1} once`,
    );
  }
  return apply(op, [x], { order: [...order] });
}

/** The order of axes in which the last two change places. */
export const swapLastAxes = (rank: number): readonly number[] =>
  Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
