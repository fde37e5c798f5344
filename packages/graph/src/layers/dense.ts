import { fans, type Initializer, pytorchDefault, uniform } from "../initializers.ts";
import { dense as denseOp } from "../ops/dense.ts";
import type { Scope } from "../scope.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

export interface DenseOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** Of the weight; default PyTorch's. */
  readonly initializer?: Initializer;
}

/** A fully connected layer: [batch, in] to [batch, out]. Parameters `weight` [out, in] and `bias` [out]. */
export function dense(scope: Scope, name: string, x: Tensor, out: number, options: DenseOptions = {}): Tensor {
  const { bias = true, initializer = pytorchDefault } = options;
  return scope.within(name, () => {
    const shape = [out, x.shape.at(-1) as number];
    const weight = scope.parameter("weight", shape, initializer);
    const offset = bias ? scope.parameter("bias", [out], uniform(1 / Math.sqrt(fans(shape).fanIn))) : undefined;
    const y = denseOp(x, weight, offset);
    scope.record("dense", y, sizeOf(shape) + (bias ? out : 0), sizeOf(y.shape) * fans(shape).fanIn);
    return y;
  });
}
