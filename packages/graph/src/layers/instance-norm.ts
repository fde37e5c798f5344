import type { Tensor } from "../core/tensor.ts";
import type { Scope } from "../model/scope.ts";
import { instanceNorm as normOp } from "../ops/instance-norm.ts";
import { channelNorm } from "./channel-norm.ts";

export interface InstanceNormOptions {
  /** Number added to the variance; at least 0. Default 1e-5. */
  readonly eps?: number;
  /** True to add the parameters `weight` and `bias`. Default false, as in PyTorch. */
  readonly affine?: boolean;
}

/**
 * Adds an instance norm. PyTorch: `nn.InstanceNorm2d`. Parameters if `affine`: `weight` [channels], initially 1, and
 * `bias` [channels], initially 0.
 * @param scope receives the parameters
 * @param name path of the layer within the scope, such as `"norm1"`
 * @param x [batch, channels, ...] with at least two positions
 * @returns a tensor of the shape of `x`
 */
export function instanceNorm(
  scope: Scope,
  name: string,
  x: Tensor,
  { eps = 1e-5, affine = false }: InstanceNormOptions = {},
): Tensor {
  return channelNorm(scope, { name, kind: "instanceNorm", affine }, x, (weight, bias) =>
    normOp(x, weight, bias, { eps }),
  );
}
