import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { ones, zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { layerNorm as normOp } from "../ops/layer-norm.ts";

export interface LayerNormOptions {
  /** Default 1e-5. */
  readonly eps?: number;
}

/** Layer normalisation over the last axis: [..., width]. Parameters `weight` (from 1) and `bias` (from 0), [width]. */
export function layerNorm(scope: Scope, name: string, x: Tensor, { eps = 1e-5 }: LayerNormOptions = {}): Tensor {
  return scope.within(name, () => {
    const width = x.shape.at(-1) as number;
    const weight = scope.parameter("weight", [width], ones);
    const bias = scope.parameter("bias", [width], zeros);
    const y = normOp(x, weight, bias, { eps });
    scope.record("layerNorm", y, 2 * width, 2 * sizeOf(x.shape));
    return y;
  });
}
