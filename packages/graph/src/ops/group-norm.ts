import { checkNumber, checkTypes } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { channelAffine } from "./channel-affine.ts";
import { reshape } from "./reshape.ts";
import { standardize } from "./standardize.ts";

export interface GroupNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
}

/**
 * Group normalisation: each group of channels of each image by its mean and variance, then times `weight` plus `bias` of
 * each channel. https://arxiv.org/abs/1803.08494, and PyTorch's arithmetic. It does not depend on the batch.
 * @param x [batch, channels, ...]
 * @param groups of which `channels` is a multiple; 1: all channels together, `channels`: each by itself
 * @param weight [channels]; none by default, and `bias` alike
 * @throws GraphError where the shapes do not fit
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  weight?: Tensor,
  bias?: Tensor,
  { eps = 1e-5 }: GroupNormOptions = {},
): Tensor {
  checkTypes("groupNorm", [x], ["float32"]);
  checkNumber("groupNorm", "eps", eps, (n) => n >= 0, "a number of at least 0");
  const [batch, channels] = x.shape as readonly [number, number];
  if (x.rank < 2) fail("groupNorm", `x ${showShape(x.shape)}: expected [batch, channels, ...]`);
  if (!(Number.isInteger(groups) && groups >= 1 && channels % groups === 0)) {
    fail(
      "groupNorm",
      `x ${showShape(x.shape)} in ${groups} groups: expected a number that divides ${channels} channels`,
    );
  }
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (tensor && (tensor.rank !== 1 || tensor.shape[0] !== channels)) {
      fail(
        "groupNorm",
        `x ${showShape(x.shape)} and ${name} ${showShape(tensor.shape)}: expected ${name} [${channels}]`,
      );
    }
  }
  const rows = reshape(x, [batch, groups, -1]);
  const y = reshape(standardize(rows, { axis: 2, eps }), x.shape);
  return weight || bias ? channelAffine(y, weight ?? 1, bias ?? 0) : y;
}
