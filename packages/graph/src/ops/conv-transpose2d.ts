import { checkTensors, checkTypes } from "../core/check.ts";
import { at, hasRank, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { type Conv2dOptions, checkShape, convolutionOf } from "../spatial/convolution.ts";
import { channelAffine } from "./channel-affine.ts";
import { inputGradient } from "./conv2d-input-gradient.ts";

export interface ConvTranspose2dOptions extends Omit<Conv2dOptions, "padding"> {
  /** Rows and columns removed from each side of the result. Default 0. */
  readonly padding?: number | readonly [height: number, width: number];
  /**
   * Rows and columns added below and to the right of the result, which the stride leaves open; below the stride or the
   * dilation. Default 0.
   */
  readonly outputPadding?: number | readonly [height: number, width: number];
}

/**
 * Applies a transposed convolution, the gradient of a convolution by its images: it enlarges images by the stride.
 * PyTorch: `F.conv_transpose2d`.
 * @param x float32 images [batch, channels, height, width]
 * @param weight float32 [channels, filters / groups, kernel height, kernel width]
 * @param bias float32 [filters]; default none
 * @param options stride (default 1), padding (default 0), outputPadding (default 0), dilation (default 1) and groups
 * (default 1)
 * @returns [batch, filters, out height, out width] with
 * out = (size - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1
 * @throws GraphError if the shapes do not match or an option is out of its range
 * @example const y = ops.convTranspose2d(x, weight, bias, { stride: 2, padding: 1 }); // doubles the size for a kernel of 4
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { outputPadding = 0, ...options }: ConvTranspose2dOptions = {},
): Tensor {
  const op = "convTranspose2d";
  checkTensors(op, [x, weight]);
  if ((options.padding as unknown) === "same") fail(op, 'padding = "same". Expected a number, or [height, width].');
  const shapes = `images ${showShape(x.shape)} and a weight ${showShape(weight.shape)}`;
  if (!hasRank(x.shape, 4) || !hasRank(weight.shape, 4) || x.shape[1] !== weight.shape[0]) {
    fail(
      op,
      `${shapes}. Expected images [batch, channels, height, width] and a weight [channels, filters / groups, height, width].`,
    );
  }
  checkTypes(op, bias ? [x, weight, bias] : [x, weight], ["float32"]);
  const convolution = convolutionOf(op, weight.shape, options);
  const { stride, dilation, kernel, padding, groups } = convolution;
  if (x.shape[1] % groups !== 0)
    fail(op, `${shapes} in ${groups} groups. Expected a number that divides ${x.shape[1]} channels.`);
  const added = typeof outputPadding === "number" ? [outputPadding, outputPadding] : outputPadding;
  const size = ([0, 1] as const).map((axis) => {
    const extra = at(added, axis);
    if (!(Number.isInteger(extra) && extra >= 0 && extra < Math.max(stride[axis], dilation[axis]))) {
      fail(op, `outputPadding = ${extra}. Expected a whole number from 0 to below the stride or the dilation.`);
    }
    const pads = at(padding, axis) + at(padding, axis + 2);
    return (at(x.shape, axis + 2) - 1) * stride[axis] - pads + dilation[axis] * (kernel[axis] - 1) + extra + 1;
  });
  const filters = weight.shape[1] * groups;
  const [batch] = x.shape;
  if (size.some((length) => length < 1))
    fail(op, `${shapes} give a result of ${size.join(" x ")}. Expected at least 1 x 1. Reduce the padding.`);
  const y = inputGradient(x, weight, [batch, filters, ...size], convolution);
  if (!bias) return y;
  checkShape(op, "bias", bias, [filters]);
  return channelAffine(y, 1, bias);
}
