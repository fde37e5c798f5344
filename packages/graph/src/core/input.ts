import { fail, GraphError } from "../error.ts";
import { apply, defineOp, isMadeBy } from "./op.ts";
import { type Shape, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
import type { DType } from "./values.ts";

interface InputAttributes extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

const op = defineOp<[], InputAttributes>({
  name: "input",
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  lower: ({ builder, attributes: { name, shape, dtype } }) => builder.input(name, shape, dtype),
});

/**
 * Creates an input: a tensor whose values each run receives by name, such as images, labels or weights.
 * @param shape sizes of the axes, each at least 1; `[]` for a single number
 * @throws GraphError for an empty name or an invalid size
 */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
  if (name === "") fail("input", "the name is empty. Expected a name.");
  const bad = shape.find((size) => !(Number.isInteger(size) && size >= 1));
  if (bad !== undefined)
    fail("input", `'${name}' ${showShape(shape)} has the size ${bad}. Expected whole numbers of at least 1.`);
  return apply(op, [], { name, shape: [...shape], dtype });
}

/** Returns the name of an input; null for other tensors. */
export const inputName = (tensor: Tensor): string | null => (isMadeBy(op, tensor) ? tensor.attributes.name : null);

/** Throws a GraphError for two inputs of one name whose shapes or types differ. */
export function failUnequal(place: string, a: Tensor, b: Tensor): never {
  const [one, other] = [a, b].map(({ dtype, shape }) => `${dtype} ${showShape(shape)}`);
  throw new GraphError(`${place}: two inputs are named '${inputName(a)}': ${one} and ${other}. Rename one of them.`);
}
