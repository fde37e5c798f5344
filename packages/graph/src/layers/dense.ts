import { checkCount } from "../core/check.ts";
import { at, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fans, type InitializerOption, initializerOf, uniform } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { dense as denseOp } from "../ops/dense.ts";
import { checkLayer } from "./check-layer.ts";

export interface DenseOptions {
  /** True to add a parameter `bias`. Default true. */
  readonly bias?: boolean;
  /** Initializer of the weight. Default `"pytorchDefault"`. */
  readonly initializer?: InitializerOption | undefined;
  /** Initializer of the bias. Default: uniform in [-b, b) with b = 1 / sqrt(fan-in of the weight), as in PyTorch. */
  readonly biasInitializer?: InitializerOption | undefined;
}

/**
 * Adds a fully connected layer. PyTorch: `nn.Linear`. Parameters: `weight` [out, in] and `bias` [out].
 * @param scope receives the parameters
 * @param name path of the layer within the scope, such as `"classifier"`
 * @param x [..., in]
 * @param out number of outputs
 * @returns [..., out]
 */
export function dense(scope: Scope, name: string, x: Tensor, out: number, options: DenseOptions = {}): Tensor {
  checkLayer("dense", scope, name, x);
  checkCount("dense", "out", out);
  const { bias = true, initializer = "pytorchDefault", biasInitializer } = options;
  return scope.within(name, () => {
    const shape = [out, at(x.shape, x.rank - 1)];
    const weight = scope.parameter("weight", shape, initializerOf(initializer));
    const initialBias = biasInitializer ? initializerOf(biasInitializer) : uniform(1 / Math.sqrt(fans(shape).fanIn));
    const offset = bias ? scope.parameter("bias", [out], initialBias) : undefined;
    const y = denseOp(x, weight, offset);
    scope.record("dense", y, sizeOf(shape) + (bias ? out : 0), sizeOf(y.shape) * fans(shape).fanIn);
    return y;
  });
}
