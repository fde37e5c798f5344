import { checkOptionsOf, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { at, hasRank, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { product } from "./matmul.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";
import { type ResizedAxis, resizingMatrix } from "./resizing-matrix.ts";

export interface UpsampleOptions {
  /** Factor of height and width; the result has floor(size * scale) rows and columns. */
  readonly scale?: number | readonly [height: number, width: number];
  /** Height and width of the result, in place of `scale`. */
  readonly size?: number | readonly [height: number, width: number];
  /** `"nearest"` repeats pixels, `"bilinear"` interpolates between them. Default `"nearest"`. */
  readonly mode?: "nearest" | "bilinear";
  /**
   * For `"bilinear"`: true if the centers of the corner pixels coincide, false if the corners of the images do. Default
   * false.
   */
  readonly alignCorners?: boolean;
}

/**
 * Resizes images. PyTorch: `F.interpolate`, `nn.Upsample`. Like these, it does not smooth images that it makes smaller.
 * @param x float32 images [batch, channels, height, width]
 * @param options `scale` or `size`, `mode` (default `"nearest"`) and `alignCorners` (default false)
 * @returns [batch, channels, out height, out width]
 * @throws GraphError if `x` is no batch of images, or an option is out of its range
 * @example const y = ops.upsample(x, { scale: 2, mode: "bilinear" });
 */
export function upsample(x: Tensor, options: UpsampleOptions): Tensor {
  checkOptionsOf("upsample", options, "{ scale: 2 }");
  const { mode = "nearest", alignCorners = false } = options;
  checkTypes("upsample", [x], ["float32"]);
  if (!hasRank(x.shape, 4))
    fail("upsample", `x ${showShape(x.shape)}. Expected images [batch, channels, height, width].`);
  if (mode !== "nearest" && mode !== "bilinear")
    fail("upsample", `mode = '${mode}'. Expected 'nearest' or 'bilinear'.`);
  if (mode === "nearest" && alignCorners)
    fail("upsample", "alignCorners with the mode 'nearest'. Expected 'bilinear'.");
  const [batch, channels, height, width] = x.shape;
  const [rows, columns] = [resizedAxis(height, options, 0), resizedAxis(width, options, 1)];
  if (mode === "nearest" && repeats(rows) && repeats(columns)) {
    const [down, across] = [rows.count / height, columns.count / width];
    // A product with ones broadcasts, so that a model can be exported for any batch size.
    const ones = constant(new Float32Array(down * across).fill(1), [down, 1, across]);
    const repeated = mul(reshape(x, [batch, channels, height, 1, width, 1]), ones);
    return reshape(repeated, [batch, channels, rows.count, columns.count]);
  }
  const wide = product(x, resizingMatrix(columns, mode, alignCorners), false, true);
  return product(resizingMatrix(rows, mode, alignCorners), wide, false, false);
}

/** True if each pixel is repeated equally often. */
const repeats = ({ size, count, ratio }: ResizedAxis): boolean =>
  count % size === 0 && Math.abs(count * ratio - size) < 1e-6;

function resizedAxis(size: number, { scale, size: given }: UpsampleOptions, axis: 0 | 1): ResizedAxis {
  const of = (option: number | readonly number[]): number => (typeof option === "number" ? option : at(option, axis));
  if ((scale === undefined) === (given === undefined))
    fail("upsample", "no size. Expected one of the options scale and size.");
  if (given !== undefined) {
    const count = of(given);
    if (!(Number.isInteger(count) && count >= 1))
      fail("upsample", `size = ${count}. Expected a whole number of at least 1.`);
    return { size, count, ratio: size / count };
  }
  const factor = of(scale as number | readonly number[]);
  const count = Math.floor(size * factor);
  if (!(Number.isFinite(factor) && count >= 1))
    fail("upsample", `scale = ${factor} for a size of ${size}. Expected a number that keeps at least 1 pixel.`);
  return { size, count, ratio: 1 / factor };
}
