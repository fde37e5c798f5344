import { fail } from "../error.ts";
import { apply, defineOp } from "./op.ts";
import { type Shape, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
import type { DType } from "./values.ts";

interface InputAttributes extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

const op = defineOp<InputAttributes>({
  name: "input",
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  lower: ({ builder, attributes: { name, shape, dtype } }) => builder.input(name, shape, dtype),
});

/**
 * A tensor whose numbers are given at every run, by its name: images, labels, weights.
 * @param shape sizes of the axes, each at least 1; `[]` for one number
 */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
  if (name === "") fail("input", "expected a name that is not empty");
  const bad = shape.find((size) => !(Number.isInteger(size) && size >= 1));
  if (bad !== undefined)
    fail("input", `'${name}' ${showShape(shape)}: expected whole sizes of at least 1, and not ${bad}`);
  return apply(op, [], { name, shape: [...shape], dtype });
}

/** The name of an input; null for any other tensor. */
export const inputName = (tensor: Tensor): string | null =>
  tensor.op.name === op.name ? (tensor.attributes as unknown as InputAttributes).name : null;
