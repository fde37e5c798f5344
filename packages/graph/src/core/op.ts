import { checkTensors } from "./check.ts";
import { at } from "./shape.ts";
import { type Attributes, type Inputs, type Op, Tensor } from "./tensor.ts";

/** Attributes of an op that has none. */
export type NoAttributes = Readonly<Record<string, never>>;

/**
 * Types the definition of an op; its public function calls `apply`.
 * @example const op = defineOp<[x: Tensor, weight: Tensor]>({ name: "scale", infer: ([x, weight]) => ... });
 */
export const defineOp = <I extends Inputs, A extends Attributes = NoAttributes>(op: Op<I, A>): Op<I, A> => op;

/** Applies an op to inputs: checks them, simplifies the result where it can, and returns its tensor. */
export function apply<I extends Inputs, A extends Attributes>(
  op: Op<I, A>,
  inputs: NoInfer<I>,
  attributes: NoInfer<A>,
): Tensor {
  checkTensors(op.name, inputs);
  const { shape, dtype = at(inputs, 0).dtype } = op.infer(inputs, attributes);
  const simpler = op.simplify?.(inputs, attributes, shape);
  return simpler ?? new Tensor(op as unknown as Op, inputs, attributes, shape, dtype);
}

/** A tensor that a given op made, with the types of its inputs and attributes. */
type MadeBy<I extends Inputs, A extends Attributes> = Tensor & { readonly inputs: I; readonly attributes: A };

/** True if the op made the tensor; its inputs and attributes then have the op's types. */
export const isMadeBy = <I extends Inputs, A extends Attributes>(
  op: Op<I, A>,
  tensor: Tensor,
): tensor is MadeBy<I, A> => tensor.op.name === op.name;
