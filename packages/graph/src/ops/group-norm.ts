import { checkNumber, checkTensors, checkTypes } from "../core/check.ts";
import { at, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { channelAffine } from "./channel-affine.ts";
import { reshape } from "./reshape.ts";
import { standardize } from "./standardize.ts";

export interface GroupNormOptions {
  /** Number added to the variance; at least 0. Default 1e-5. */
  readonly eps?: number;
}

/**
 * Normalizes groups of channels: `(x - mean) / sqrt(variance + eps) * weight + bias`, with the mean and the biased
 * variance of each group of channels of each image. It does not depend on the other images of the batch. PyTorch:
 * `F.group_norm`. Paper: https://arxiv.org/abs/1803.08494.
 * @param x float32 [batch, channels, ...]
 * @param groups number of groups, a divisor of the number of channels: 1 normalizes all channels together, `channels`
 * normalizes each channel by itself
 * @param weight float32 [channels]; default none
 * @param bias float32 [channels]; default none
 * @param options `eps`, added to the variance; default 1e-5
 * @returns a tensor of the shape of `x`
 * @throws GraphError if the shapes do not match or `groups` does not divide the channels
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  weight?: Tensor,
  bias?: Tensor,
  { eps = 1e-5 }: GroupNormOptions = {},
): Tensor {
  checkTypes("groupNorm", [x], ["float32"]);
  checkTensors(
    "groupNorm",
    [weight, bias].filter((tensor) => tensor !== undefined),
  );
  checkNumber("groupNorm", "eps", eps, (n) => n >= 0, "a number of at least 0");
  if (x.rank < 2) fail("groupNorm", `x ${showShape(x.shape)}. Expected [batch, channels, ...].`);
  const [batch, channels] = [at(x.shape, 0), at(x.shape, 1)];
  if (!(Number.isInteger(groups) && groups >= 1 && channels % groups === 0)) {
    fail(
      "groupNorm",
      `x ${showShape(x.shape)} in ${groups} groups. Expected a number that divides ${channels} channels.`,
    );
  }
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (tensor && (tensor.rank !== 1 || tensor.shape[0] !== channels)) {
      fail(
        "groupNorm",
        `x ${showShape(x.shape)} and ${name} ${showShape(tensor.shape)}. Expected ${name} [${channels}].`,
      );
    }
  }
  const rows = reshape(x, [batch, groups, -1]);
  const y = reshape(standardize(rows, { axis: 2, eps }), x.shape);
  return weight || bias ? channelAffine(y, weight ?? 1, bias ?? 0) : y;
}
