import { checkList, checkTensors } from "../core/check.ts";
import { constant, constantData } from "../core/constant.ts";
import { apply, defineOp, isMadeBy } from "../core/op.ts";
import { type Shape, sameShape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { expand } from "./expand.ts";

interface ReshapeAttributes extends Readonly<Record<string, unknown>> {
  readonly shape: Shape;
}

const op = defineOp<[x: Tensor], ReshapeAttributes>({
  name: "reshape",
  infer: (_, { shape }) => ({ shape }),
  simplify: ([x], { shape }): Tensor | null => {
    if (sameShape(x.shape, shape)) return x;
    if (isMadeBy(op, x)) return reshape(x.inputs[0], shape);
    const [before] = x.inputs;
    // One expanded number, such as the gradient of a mean, stays expanded, so that the next op can broadcast it
    // instead.
    if (x.op.name === "expand" && before && sizeOf(before.shape) === 1) return expand(reshape(before, []), shape);
    const data = constantData(x);
    return data && constant(data, shape);
  },
  gradient: ({ inputs: [x], cotangent }) => [reshape(cotangent, x.shape)],
  lower: ({ builder, names: [x], attributes: { shape } }) => builder.node("Reshape", [x, builder.ints(shape)]),
});

/**
 * Returns the same elements in the same order, in another shape. PyTorch: `torch.reshape`.
 * @param shape shape of the result; one size may be -1, and is then computed from the others
 * @throws GraphError if the number of elements would change
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensors("reshape", [x]);
  checkList("reshape", "shape", shape, "[2, -1]");
  const open = shape.indexOf(-1);
  const known = sizeOf(shape.filter((size) => size !== -1));
  const filled = open === -1 ? shape : shape.map((size, i) => (i === open ? sizeOf(x.shape) / known : size));
  if (!filled.every((size) => Number.isInteger(size) && size >= 1) || sizeOf(filled) !== sizeOf(x.shape)) {
    fail("reshape", `${showShape(x.shape)} to ${showShape(shape)}. Expected ${sizeOf(x.shape)} elements.`);
  }
  return apply(op, [x], { shape: filled });
}
