import { constant, constantData } from "../core/constant.ts";
import { apply, defineOp } from "../core/op.ts";
import { type Shape, sameShape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { expand } from "./expand.ts";

interface ReshapeAttributes extends Readonly<Record<string, unknown>> {
  readonly shape: Shape;
}

const op = defineOp<ReshapeAttributes>({
  name: "reshape",
  infer: (_, { shape }) => ({ shape }),
  simplify: ([x], { shape }) => {
    const { op: inner, inputs, shape: before } = x as Tensor;
    if (sameShape(before, shape)) return x as Tensor;
    if (inner.name === "reshape") return reshape(inputs[0] as Tensor, shape);
    // One number, as it is the gradient of a mean: what it is multiplied with may broadcast it then.
    const number = inner.name === "expand" && sizeOf(inputs[0]?.shape ?? []) === 1;
    if (number) return expand(reshape(inputs[0] as Tensor, []), shape);
    const data = constantData(x as Tensor);
    return data && constant(data, shape);
  },
  gradient: ({ inputs: [x], cotangent }) => [reshape(cotangent, (x as Tensor).shape)],
  lower: ({ builder, names: [x], attributes: { shape } }) =>
    builder.node("Reshape", [x as string, builder.ints(shape)]),
});

/** The same elements in the same order, in another shape; one size may be -1, and is then what is left. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const open = shape.indexOf(-1);
  const known = sizeOf(shape.filter((size) => size !== -1));
  const filled = open === -1 ? shape : shape.map((size, i) => (i === open ? sizeOf(x.shape) / known : size));
  if (!filled.every((size) => Number.isInteger(size) && size >= 1) || sizeOf(filled) !== sizeOf(x.shape)) {
    fail("reshape", `${showShape(x.shape)} to ${showShape(shape)}: expected ${sizeOf(x.shape)} elements`);
  }
  return apply(op, [x], { shape: filled });
}
