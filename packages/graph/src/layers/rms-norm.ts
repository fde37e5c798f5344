import { at, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { ones } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { rmsNorm as normOp } from "../ops/rms-norm.ts";
import { checkLayer } from "./check-layer.ts";

export interface RmsNormLayerOptions {
  /** Number added to the mean square; at least 0. Default 2^-23, the precision of float32. */
  readonly eps?: number;
}

/**
 * Adds an RMS norm over the last axis. PyTorch: `nn.RMSNorm`. Parameter: `weight` [width], initially 1.
 * @param scope receives the parameter
 * @param name path of the layer within the scope, such as `"norm"`
 * @param x [..., width]
 * @returns a tensor of the shape of `x`
 */
export function rmsNorm(scope: Scope, name: string, x: Tensor, options: RmsNormLayerOptions = {}): Tensor {
  checkLayer("rmsNorm", scope, name, x);
  return scope.within(name, () => {
    const width = at(x.shape, x.rank - 1);
    const weight = scope.parameter("weight", [width], ones, "gain");
    const y = normOp(x, weight, options);
    scope.record("rmsNorm", y, width, 2 * sizeOf(x.shape));
    return y;
  });
}
