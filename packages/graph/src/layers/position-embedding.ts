import type { Tensor } from "../core/tensor.ts";
import { initializerOf, truncatedNormal } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { add } from "../ops/add.ts";
import { checkLayer } from "./check-layer.ts";
import { checkTokens, type TokenOptions } from "./class-token.ts";

/**
 * Adds a trained vector to each token, which tells the model its position. Parameter: `name` itself,
 * [1, tokens, width].
 * @param scope receives the parameter
 * @param name name of the parameter within the scope, such as `"pos_embed"`
 * @param tokens [batch, tokens, width]
 * @returns a tensor of the shape of `tokens`
 * @throws GraphError if `tokens` has another number of axes
 */
export function positionEmbedding(scope: Scope, name: string, tokens: Tensor, options: TokenOptions = {}): Tensor {
  checkLayer("positionEmbedding", scope, name, tokens);
  const { initializer = truncatedNormal() } = options;
  checkTokens("positionEmbedding", tokens);
  return add(tokens, scope.parameter(name, [1, ...tokens.shape.slice(1)], initializerOf(initializer), "input"));
}
