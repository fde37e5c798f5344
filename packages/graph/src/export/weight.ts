import { constantData } from "../core/constant.ts";
import { apply, defineOp, isMadeBy } from "../core/op.ts";
import type { Shape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";

interface WeightAttributes extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

const op = defineOp<[], WeightAttributes>({
  name: "weight",
  infer: (_, { shape }) => ({ shape, dtype: "float32" }),
  lower: ({ builder, attributes: { name, data, shape } }) => builder.initializer(name, data, shape),
});

/** A constant that keeps its name in the file. */
export const weight = (name: string, data: Float32Array, shape: Shape): Tensor => apply(op, [], { name, data, shape });

/** The name of a weight; null for any other tensor. */
export const weightName = (tensor: Tensor): string | null => (isMadeBy(op, tensor) ? tensor.attributes.name : null);

/** The numbers of a weight, or of a float32 constant; null for any other tensor. */
export function dataOf(tensor: Tensor): Float32Array | null {
  const data = isMadeBy(op, tensor) ? tensor.attributes.data : constantData(tensor);
  return data instanceof Float32Array ? data : null;
}
