import { constant } from "../core/constant.ts";
import { at, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { ones, zeros } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { batchNormInference, batchNorm as normOp, runningStatistics, unbiasedVariance } from "../ops/batch-norm.ts";
import { checkLayer } from "./check-layer.ts";

export interface BatchNormOptions {
  /** Number added to the variance; at least 0. Default 1e-5. */
  readonly eps?: number;
  /**
   * Largest variance of a channel that counts as constant and becomes `bias`. Default 0: no channel counts as constant.
   */
  readonly minVariance?: number;
  /** Weight of the new batch in the running statistics, from 0 to 1. Default 0.1. */
  readonly momentum?: number;
  /** True to multiply each channel by a parameter `weight`. Default true. */
  readonly scale?: boolean;
}

/**
 * Adds a batch norm layer over all axes but the second. PyTorch: `nn.BatchNorm2d`.
 *
 * Training normalizes by the statistics of the batch and updates the buffers `running_mean` and `running_var`.
 * Inference normalizes by these buffers. A layer that is applied twice updates them twice, as in PyTorch. A layer whose parameters are
 * not trained (see `trains` of a training step) works as in inference, and with `freezeBatchNorm` each layer does. Parameters:
 * `weight` [channels], initially 1, and `bias` [channels], initially 0.
 * @param scope receives the parameters and buffers
 * @param name path of the layer within the scope, such as `"bn1"`
 * @param x [batch, channels, ...]
 * @returns a tensor of the shape of `x`
 */
export function batchNorm(
  scope: Scope,
  name: string,
  x: Tensor,
  { eps = 1e-5, minVariance = 0, momentum = 0.1, scale = true }: BatchNormOptions = {},
): Tensor {
  checkLayer("batchNorm", scope, name, x);
  return scope.within(name, () => {
    const channels = at(x.shape, 1);
    const weight = scale
      ? scope.parameter("weight", [channels], ones, "gain")
      : constant(new Float32Array(channels).fill(1), [channels]);
    const bias = scope.parameter("bias", [channels], zeros);
    const runningMean = scope.buffer("running_mean", [channels], zeros);
    const runningVariance = scope.buffer("running_var", [channels], ones);
    scope.record("batchNorm", x, (scale ? 2 : 1) * channels, 2 * sizeOf(x.shape));
    return normalizeBatch(scope, x, {
      weight,
      bias,
      mean: { name: "running_mean", tensor: runningMean },
      variance: { name: "running_var", tensor: runningVariance },
      trained: scale ? ["weight", "bias"] : ["bias"],
      eps,
      minVariance,
      momentum,
    });
  });
}

/** Variables of a batch norm in the scope of a model. */
interface BatchVariables extends Required<Omit<BatchNormOptions, "scale">> {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly mean: { readonly name: string; readonly tensor: Tensor };
  readonly variance: { readonly name: string; readonly tensor: Tensor };
  /** Names of the trained parameters. If the scope trains none of them, the running statistics normalize. */
  readonly trained: readonly string[];
}

/** Normalizes by the statistics of the batch and updates the running ones; in inference, by the running ones. */
export function normalizeBatch(scope: Scope, x: Tensor, variables: BatchVariables): Tensor {
  const { weight, bias, mean, variance, trained, eps, minVariance, momentum } = variables;
  if (scope.freezeBatchNorm || !scope.trains(...trained)) {
    return batchNormInference(x, weight, bias, mean.tensor, variance.tensor, { eps });
  }
  const batch = normOp(x, weight, bias, { eps, minVariance });
  const count = sizeOf(x.shape) / at(x.shape, 1);
  const before = {
    runningMean: scope.latest(mean.name, mean.tensor),
    runningVariance: scope.latest(variance.name, variance.tensor),
  };
  const statistics = { mean: batch.mean, variance: batch.variance };
  const next = runningStatistics({ ...statistics, ...before, count, momentum, minVariance });
  scope.update(mean.name, next.mean);
  scope.update(variance.name, next.variance);
  scope.observe(mean.name, batch.mean);
  scope.observe(
    variance.name,
    unbiasedVariance({ variance: batch.variance, runningVariance: variance.tensor, count, minVariance }),
  );
  return batch.y;
}
