import { apply, defineOp } from "./op.ts";
import type { Attributes, Tensor } from "./tensor.ts";

interface FunctionDefinition<A> {
  readonly name: string;
  /**
   * Returns the total gradient by each input. Returns null for an input that is not differentiated, or that is itself
   * computed from another input and only reused by the gradient.
   */
  readonly gradient: (context: {
    readonly inputs: readonly Tensor[];
    readonly y: Tensor;
    readonly cotangent: Tensor;
    readonly attributes: A;
  }) => readonly (Tensor | null)[];
}

/**
 * Defines a function that consists of other ops, but whose gradient has a simpler form than theirs combined.
 * @returns a function of the value, the inputs that the gradient uses, and attributes
 */
export function defineFunction<A extends Attributes = Readonly<Record<string, never>>>({
  name,
  gradient,
}: FunctionDefinition<A>): (value: Tensor, inputs: readonly Tensor[], attributes: A) => Tensor {
  const op = defineOp<A>({
    name,
    transparent: true,
    infer: ([value]) => ({ shape: (value as Tensor).shape }),
    gradient: ({ inputs: [, ...inputs], output: y, cotangent, attributes }) => [
      null,
      ...gradient({ inputs, y, cotangent, attributes }),
    ],
    lower: ({ names: [value] }) => value as string,
  });
  return (value, inputs, attributes) => apply(op, [value, ...inputs], attributes);
}
