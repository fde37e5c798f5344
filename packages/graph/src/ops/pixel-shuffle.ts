import { checkCount } from "../core/check.ts";
import { hasRank, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";

/**
 * Arranges groups of factor^2 channels as pixels, which enlarges images by the factor. PyTorch: `F.pixel_shuffle`. Paper:
 * https://arxiv.org/abs/1609.05158.
 * @param x [batch, channels factor^2, height, width]
 * @param factor a whole number of at least 1
 * @returns [batch, channels, height factor, width factor]
 * @throws GraphError if `x` is no batch of images, or factor^2 does not divide the channels
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  checkCount("pixelShuffle", "factor", factor);
  if (!hasRank(x.shape, 4) || x.shape[1] % factor ** 2 !== 0) {
    const expected = `[batch, channels, height, width], with a number of channels that ${factor ** 2} divides`;
    fail("pixelShuffle", `x ${showShape(x.shape)}. Expected images ${expected}.`);
  }
  const [batch, all, height, width] = x.shape;
  const channels = all / factor ** 2;
  const apart = transpose(reshape(x, [batch, channels, factor, factor, height, width]), [0, 1, 4, 2, 5, 3]);
  return reshape(apart, [batch, channels, height * factor, width * factor]);
}
