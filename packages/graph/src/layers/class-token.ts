import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { type InitializerOption, initializerOf, truncatedNormal } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { pad } from "../ops/pad.ts";
import { checkLayer } from "./check-layer.ts";

export interface TokenOptions {
  /** Initializer of the parameter. Default: a truncated normal distribution of deviation 0.02. */
  readonly initializer?: InitializerOption | undefined;
}

/**
 * Puts a trained token before the tokens of each image. A vision transformer reads the class from its result.
 * Parameter: `name` itself, [1, 1, width].
 * @param scope receives the parameter
 * @param name name of the parameter within the scope, such as `"cls_token"`
 * @param tokens [batch, tokens, width]
 * @returns [batch, tokens + 1, width]
 * @throws GraphError if `tokens` has another number of axes
 */
export function classToken(scope: Scope, name: string, tokens: Tensor, options: TokenOptions = {}): Tensor {
  checkLayer("classToken", scope, name, tokens);
  const { initializer = truncatedNormal() } = options;
  checkTokens("classToken", tokens);
  const [count, width] = [at(tokens.shape, 1), at(tokens.shape, 2)];
  const token = scope.parameter(name, [1, 1, width], initializerOf(initializer), "input");
  // A sum broadcasts to the batch, so that the model can be exported for any batch size.
  const along = (before: number, after: number) => [[0, 0] as const, [before, after] as const, [0, 0] as const];
  return add(pad(tokens, along(1, 0)), pad(token, along(0, count)));
}

/**
 * Checks that a tensor is [batch, tokens, width].
 * @throws GraphError for another number of axes
 */
export function checkTokens(layer: string, tokens: Tensor): void {
  if (tokens.rank !== 3) fail(layer, `tokens ${showShape(tokens.shape)}. Expected [batch, tokens, width].`);
}
