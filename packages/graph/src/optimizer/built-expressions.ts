import type { Expression } from "@downhill/optim/rule";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";

/** Tensors of the expressions of a rule that have been built so far. */
export class BuiltExpressions {
  readonly #tensors = new Map<Expression, Tensor>();

  set(e: Expression, tensor: Tensor): void {
    this.#tensors.set(e, tensor);
  }

  /** Returns the tensor of an expression, or undefined if it has none. */
  find(e: Expression): Tensor | undefined {
    return this.#tensors.get(e);
  }

  /**
   * Returns the tensor of an expression.
   * @throws GraphError if it has none
   */
  get(e: Expression): Tensor {
    const tensor = this.#tensors.get(e);
    if (!tensor) throw new GraphError(`an expression of the kind '${e.kind}' has not been built`);
    return tensor;
  }
}
