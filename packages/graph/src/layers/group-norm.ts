import { checkOptionsOf } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Scope } from "../model/scope.ts";
import { groupNorm as normOp } from "../ops/group-norm.ts";
import { channelNorm } from "./channel-norm.ts";

export interface GroupNormOptions {
  /** Number of groups, a divisor of the number of channels. */
  readonly groups: number;
  /** Number added to the variance; at least 0. Default 1e-5. */
  readonly eps?: number;
  /** True to add the parameters `weight` and `bias`. Default true. */
  readonly affine?: boolean;
}

/**
 * Adds a group norm. PyTorch: `nn.GroupNorm`. Parameters: `weight` [channels], initially 1, and `bias` [channels],
 * initially 0.
 * @param scope receives the parameters
 * @param name path of the layer within the scope, such as `"norm1"`
 * @param x [batch, channels, ...]
 * @returns a tensor of the shape of `x`
 */
export function groupNorm(scope: Scope, name: string, x: Tensor, options: GroupNormOptions): Tensor {
  checkOptionsOf("groupNorm", options, "{ groups: 8 }");
  const { groups, eps = 1e-5, affine = true } = options;
  return channelNorm(scope, { name, kind: "groupNorm", affine }, x, (weight, bias) =>
    normOp(x, groups, weight, bias, { eps }),
  );
}
