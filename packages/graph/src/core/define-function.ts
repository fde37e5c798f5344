import { apply, defineOp } from "./op.ts";
import type { Attributes, Tensor } from "./tensor.ts";

interface FunctionDefinition<A> {
  readonly name: string;
  /**
   * The whole gradient by each input; null for one that is not differentiated, or that is itself made from another: a
   * part of the value that the gradient uses again.
   */
  readonly gradient: (context: {
    readonly inputs: readonly Tensor[];
    readonly y: Tensor;
    readonly cotangent: Tensor;
    readonly attributes: A;
  }) => readonly (Tensor | null)[];
}

/**
 * Defines a function that is made of other ops, and whose gradient has a shorter form than what would follow from
 * theirs. What it returns takes the value, and the inputs that the gradient is made of.
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
