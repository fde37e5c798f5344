import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fans, type InitializerOption, initializerOf, uniform } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { dense as denseOp } from "../ops/dense.ts";

export interface DenseOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** Of the weight; default `"pytorchDefault"`. */
  readonly initializer?: InitializerOption | undefined;
  /** Default PyTorch's: uniform, with the bound 1 / sqrt(fanIn of the weight). */
  readonly biasInitializer?: InitializerOption | undefined;
}

/** A fully connected layer: [batch, in] to [batch, out]. Parameters `weight` [out, in] and `bias` [out]. */
export function dense(scope: Scope, name: string, x: Tensor, out: number, options: DenseOptions = {}): Tensor {
  const { bias = true, initializer = "pytorchDefault", biasInitializer } = options;
  return scope.within(name, () => {
    const shape = [out, x.shape.at(-1) as number];
    const weight = scope.parameter("weight", shape, initializerOf(initializer));
    const ofBias = biasInitializer ? initializerOf(biasInitializer) : uniform(1 / Math.sqrt(fans(shape).fanIn));
    const offset = bias ? scope.parameter("bias", [out], ofBias) : undefined;
    const y = denseOp(x, weight, offset);
    scope.record("dense", y, sizeOf(shape) + (bias ? out : 0), sizeOf(y.shape) * fans(shape).fanIn);
    return y;
  });
}
