import { at, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { ones, zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { layerNorm as normOp } from "../ops/layer-norm.ts";
import { checkLayer } from "./check-layer.ts";

export interface LayerNormOptions {
  /** Number added to the variance; at least 0. Default 1e-5. */
  readonly eps?: number;
}

/**
 * Adds a layer norm over the last axis. PyTorch: `nn.LayerNorm`. Parameters: `weight` [width], initially 1, and `bias`
 * [width], initially 0.
 * @param scope receives the parameters
 * @param name path of the layer within the scope, such as `"norm"`
 * @param x [..., width]
 * @returns a tensor of the shape of `x`
 */
export function layerNorm(scope: Scope, name: string, x: Tensor, { eps = 1e-5 }: LayerNormOptions = {}): Tensor {
  checkLayer("layerNorm", scope, name, x);
  return scope.within(name, () => {
    const width = at(x.shape, x.rank - 1);
    const weight = scope.parameter("weight", [width], ones, "gain");
    const bias = scope.parameter("bias", [width], zeros);
    const y = normOp(x, weight, bias, { eps });
    scope.record("layerNorm", y, 2 * width, 2 * sizeOf(x.shape));
    return y;
  });
}
