import { type Attributes, type Op, Tensor } from "./tensor.ts";

/** Types an op's definition; its public function calls `apply`. */
export const defineOp = <A extends Attributes>(op: Op<A>): Op<A> => op;

/** The tensor that an op makes of its inputs. */
export function apply<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  const { shape, dtype = (inputs[0] as Tensor).dtype } = op.infer(inputs, attributes);
  const simpler = op.simplify?.(inputs, attributes, shape);
  return simpler ?? new Tensor(op as unknown as Op, inputs, attributes, shape, dtype);
}
