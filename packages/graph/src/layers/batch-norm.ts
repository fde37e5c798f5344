import { constant } from "../core/constant.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { ones, zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { batchNormInference, batchNorm as normOp, runningStatistics } from "../ops/batch-norm.ts";

export interface BatchNormOptions {
  /** Default 1e-5. */
  readonly eps?: number;
  /** The variance up to which a channel counts as constant, and becomes `bias`; default 0: none does. */
  readonly minVariance?: number;
  /** Share of the new batch in the running statistics; default 0.1. */
  readonly momentum?: number;
  /** Whether each channel is multiplied by a parameter `weight`; default true. */
  readonly scale?: boolean;
}

/**
 * Batch normalisation over all axes but the second. In training by the batch's statistics, which the buffers
 * `running_mean` and `running_var` follow; otherwise by these. Parameters `weight` (from 1) and `bias` (from 0).
 */
export function batchNorm(
  scope: Scope,
  name: string,
  x: Tensor,
  { eps = 1e-5, minVariance = 0, momentum = 0.1, scale = true }: BatchNormOptions = {},
): Tensor {
  return scope.within(name, () => {
    const channels = x.shape[1] as number;
    const weight = scale
      ? scope.parameter("weight", [channels], ones)
      : constant(new Float32Array(channels).fill(1), [channels]);
    const bias = scope.parameter("bias", [channels], zeros);
    const runningMean = scope.buffer("running_mean", [channels], zeros);
    const runningVariance = scope.buffer("running_var", [channels], ones);
    scope.record("batchNorm", x, (scale ? 2 : 1) * channels, 2 * sizeOf(x.shape));
    if (!scope.training) return batchNormInference(x, weight, bias, runningMean, runningVariance, { eps });
    const { y, mean, variance } = normOp(x, weight, bias, { eps, minVariance });
    const count = sizeOf(x.shape) / channels;
    const next = runningStatistics({ mean, variance, runningMean, runningVariance, count, momentum, minVariance });
    scope.update("running_mean", next.mean);
    scope.update("running_var", next.variance);
    return y;
  });
}
