import { checkTensors } from "../core/check.ts";
import { at, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { type GroupNormOptions, groupNorm } from "./group-norm.ts";

/**
 * Normalizes each channel of each image: `(x - mean) / sqrt(variance + eps) * weight + bias`, with the mean and the biased
 * variance over its positions. PyTorch: `F.instance_norm`. Paper: https://arxiv.org/abs/1607.08022.
 * @param x float32 [batch, channels, ...] with at least two positions
 * @param weight float32 [channels]; default none
 * @param bias float32 [channels]; default none
 * @param options `eps`, added to the variance; default 1e-5
 * @returns a tensor of the shape of `x`
 * @throws GraphError if the shapes do not match, or a channel has only one value
 */
export function instanceNorm(x: Tensor, weight?: Tensor, bias?: Tensor, options: GroupNormOptions = {}): Tensor {
  checkTensors("instanceNorm", [x, ...[weight, bias].filter((tensor) => tensor !== undefined)]);
  if (x.rank < 3 || sizeOf(x.shape.slice(2)) === 1) {
    fail("instanceNorm", `x ${showShape(x.shape)}. Expected [batch, channels, ...] with at least two positions.`);
  }
  return groupNorm(x, at(x.shape, 1), weight, bias, options);
}
