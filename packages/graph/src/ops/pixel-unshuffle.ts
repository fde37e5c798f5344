import { checkCount } from "../core/check.ts";
import { hasRank, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";

/**
 * Arranges squares of factor x factor pixels as channels, the inverse of `pixelShuffle`. PyTorch: `F.pixel_unshuffle`.
 * @param x [batch, channels, height factor, width factor]
 * @param factor a whole number of at least 1
 * @returns [batch, channels factor^2, height, width]
 * @throws GraphError if `x` is no batch of images, or the factor does not divide height and width
 */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  checkCount("pixelUnshuffle", "factor", factor);
  if (!hasRank(x.shape, 4) || x.shape[2] % factor !== 0 || x.shape[3] % factor !== 0) {
    const expected = `[batch, channels, height, width], with a height and a width that ${factor} divides`;
    fail("pixelUnshuffle", `x ${showShape(x.shape)}. Expected images ${expected}.`);
  }
  const [batch, channels, height, width] = x.shape;
  const squares = reshape(x, [batch, channels, height / factor, factor, width / factor, factor]);
  return reshape(transpose(squares, [0, 1, 3, 5, 2, 4]), [
    batch,
    channels * factor ** 2,
    height / factor,
    width / factor,
  ]);
}
