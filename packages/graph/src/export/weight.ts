import { defineOp } from "../core/op.ts";
import type { Shape } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";

interface WeightAttributes extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

const op = defineOp<WeightAttributes>({
  name: "weight",
  infer: (_, { shape }) => ({ shape }),
  lower: ({ builder, attributes: { name, data, shape } }) => builder.initializer(name, data, shape),
});

/** Fixed numbers that have a name in the file. */
export const weight = (name: string, data: Float32Array, shape: Shape): Tensor =>
  new Tensor(op as never, [], { name, data, shape }, shape, "float32");

/** The name of a weight; null for any other tensor. */
export const weightName = (tensor: Tensor): string | null =>
  tensor.op.name === op.name ? (tensor.attributes as unknown as WeightAttributes).name : null;

/** The numbers of a weight or a constant; null for any other tensor. */
export const dataOf = ({ op: { name }, attributes }: Tensor): Float32Array | null =>
  name === op.name || (name === "constant" && attributes.data instanceof Float32Array)
    ? (attributes.data as Float32Array)
    : null;
