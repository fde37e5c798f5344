import { convolution } from "../../onnx/convolution.ts";
import { reshape, slice } from "../../onnx/shorthands.ts";
import { convolutionSizes } from "../../spatial/convolution.ts";
import { channelsLast, filtersFirst, partsOf, sumOfParts, toWeight } from "./arrange.ts";
import type { WeightGradientContext } from "./context.ts";

/**
 * Lowers to one convolution over images whose channels are interleaved along the width: rows of `width * channels`
 * numbers. Its kernels are `dy`, as large as the result, and dilated so that one column further skips all channels. Its
 * channels are the images, over which it sums. Each position of a kernel on the image is a tap and a channel:
 *
 *     dweight[o, i, j, c] = sum over n, h, w of x[n, h + i, (w + j) * channels + c] * dy[o, n, h, w]
 *
 * This convolution computes many results from each element that it gathers, which makes it fast. Merely exchanging
 * images and channels would give only as many results as the kernel has taps.
 */
export function interleaved({ builder, names: [x, dy], inputs, attributes }: WeightGradientContext): string {
  const { stride, dilation, groups } = attributes;
  const sizes = convolutionSizes(inputs[0].shape, inputs[1].shape, attributes);
  const { images, channelsPerGroup: inner, filters, size, outSize, rows, columns } = sizes;
  const parts = partsOf(sizes);

  const image = channelsLast(builder, x, sizes, size[0] * size[1]);
  const kernels = filtersFirst(builder, dy, sizes);
  // Elements that no window of the convolution covers are cropped here by less padding, or below if they exceed the
  // padding.
  const [below, right] = [rows.after - rows.unreached, columns.after - columns.unreached];
  const y = convolution(
    builder,
    [
      reshape(builder, image, [1, images * groups, size[0], size[1] * inner]),
      reshape(builder, kernels, [parts * filters, images / parts, ...outSize]),
    ],
    {
      kernel_shape: outSize,
      strides: [dilation[0], 1],
      dilations: [stride[0], stride[1] * inner],
      pads: [rows.before, columns.before * inner, Math.max(below, 0), Math.max(right, 0) * inner],
      group: parts * groups,
    },
    { channels: images * groups, filters: parts * filters, groups: parts * groups },
  );

  // A stride would skip channels too, so all columns between the first tap and the last are computed.
  const found = [
    Math.floor((rows.span - 1 + Math.max(-below, 0)) / rows.dilation) + 1,
    columns.span + Math.max(-right, 0),
  ] as const;
  const sum = sumOfParts(builder, y, parts, filters * found[0] * found[1] * inner);
  if (found[0] === rows.kernel && found[1] === columns.kernel) return toWeight(builder, sum, sizes);
  const taps = slice(builder, reshape(builder, sum, [filters, ...found, inner]), [
    { axis: 1, start: 0, count: rows.kernel, step: 1 },
    { axis: 2, start: 0, count: columns.kernel, step: columns.dilation },
  ]);
  return toWeight(builder, taps, sizes);
}
