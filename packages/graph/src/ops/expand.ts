import { apply, defineOp } from "../core/op.ts";
import { broadcast, type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { sumTo } from "./sum-to.ts";

interface ExpandAttributes extends Readonly<Record<string, unknown>> {
  readonly shape: Shape;
}

const op = defineOp<ExpandAttributes>({
  name: "expand",
  infer: ([x], { shape }) => {
    const from = (x as Tensor).shape;
    const result = broadcast(from, shape);
    if (!result || !sameShape(result, shape))
      fail("expand", `${showShape(from)} does not stretch to ${showShape(shape)}`);
    return { shape };
  },
  simplify: ([x], { shape }) => {
    const { op: inner, inputs, shape: before } = x as Tensor;
    if (sameShape(before, shape)) return x as Tensor;
    return inner.name === "expand" ? expand(inputs[0] as Tensor, shape) : null;
  },
  gradient: ({ inputs: [x], cotangent }) => [sumTo(cotangent, (x as Tensor).shape)],
  lower: ({ builder, names: [x], attributes: { shape } }) => builder.node("Expand", [x as string, builder.ints(shape)]),
});

/** Repeats a tensor along new axes and axes of size 1, until it has the given shape. */
export const expand = (x: Tensor, shape: Shape): Tensor => apply(op, [x], { shape });
