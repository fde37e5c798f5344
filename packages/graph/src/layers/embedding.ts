import { checkOptionsOf } from "../core/check.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { type InitializerOption, initializerOf, normal } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { gather } from "../ops/gather.ts";
import { checkLayer } from "./check-layer.ts";

export interface EmbeddingOptions {
  /** Number of vectors: the indices are from 0 to count - 1. */
  readonly count: number;
  /** Length of the vectors. */
  readonly width: number;
  /** Initializer of the vectors. Default: the standard normal distribution, as in PyTorch. */
  readonly initializer?: InitializerOption | undefined;
}

/**
 * Adds a table of vectors, one for each index. PyTorch: `nn.Embedding`. Parameter: `weight` [count, width].
 * @param scope receives the parameter
 * @param name path of the layer within the scope, such as `"embedding"`
 * @param indices int32 of any shape
 * @returns [...indices, width]
 */
export function embedding(scope: Scope, name: string, indices: Tensor, options: EmbeddingOptions): Tensor {
  checkLayer("embedding", scope, name, indices);
  checkOptionsOf("embedding", options, "{ count: 1000, width: 64 }");
  const { count, width, initializer = normal(1) } = options;
  return scope.within(name, () => {
    const weight = scope.parameter("weight", [count, width], initializerOf(initializer), "input");
    const y = gather(weight, indices);
    scope.record("embedding", y, sizeOf(weight.shape), 0);
    return y;
  });
}
