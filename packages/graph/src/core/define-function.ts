import { apply, defineOp, type NoAttributes } from "./op.ts";
import type { Attributes, Inputs, PerInput, Tensor } from "./tensor.ts";

interface FunctionDefinition<I extends Inputs, A> {
  readonly name: string;
  /**
   * Returns the total gradient by each input. Returns null for an input that is not differentiated, or that is itself
   * computed from another input and only reused by the gradient.
   */
  readonly gradient: (context: {
    readonly inputs: I;
    readonly y: Tensor;
    readonly cotangent: Tensor;
    readonly attributes: A;
  }) => PerInput<I, Tensor | null>;
}

/**
 * Defines a function that consists of other ops, but whose gradient has a simpler form than theirs combined.
 * @returns a function of the value, the inputs that the gradient uses, and attributes
 */
export function defineFunction<I extends Inputs, A extends Attributes = NoAttributes>({
  name,
  gradient,
}: FunctionDefinition<I, A>): (value: Tensor, inputs: I, attributes: A) => Tensor {
  const op = defineOp<[value: Tensor, ...I], A>({
    name,
    transparent: true,
    infer: ([value]) => ({ shape: value.shape }),
    gradient: ({ inputs: [, ...inputs], output: y, cotangent, attributes }) => [
      null,
      ...gradient({ inputs, y, cotangent, attributes }),
    ],
    lower: ({ names: [value] }) => value,
  });
  return (value, inputs, attributes) => apply(op, [value, ...inputs], attributes);
}
