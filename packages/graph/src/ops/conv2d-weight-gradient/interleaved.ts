import type { LoweringContext, Tensor } from "../../core/tensor.ts";
import { reshape, slice } from "../../onnx/shorthands.ts";
import { type Convolution, convolutionSizes } from "../../spatial/convolution.ts";
import { channelsLast, filtersFirst, partsOf, sumOfParts, toWeight } from "./arrange.ts";

/**
 * As one convolution over images whose channels lie side by side along the width: rows of `width * channels` numbers.
 * Its kernels are `dy`, as large as the result was, and dilated so that each step of a column passes over all channels;
 * its channels are the images, over which it sums; and the place of a kernel on the image is a tap and a channel:
 *
 *     dweight[o, i, j, c] = sum over n, h, w of x[n, h + i, (w + j) * channels + c] * dy[o, n, h, w]
 *
 * The convolution then has many results for each element that it gathers, as a fast one needs; exchanging images and
 * channels alone would leave it as few as the kernel has taps.
 */
export function interleaved({ builder, names, inputs, attributes }: LoweringContext<Convolution>): string {
  const { stride, dilation, groups } = attributes;
  const sizes = convolutionSizes((inputs[0] as Tensor).shape, (inputs[1] as Tensor).shape, attributes);
  const { images, channelsPerGroup: inner, filters, size, outSize, rows, columns } = sizes;
  const parts = partsOf(sizes);
  const [x, dy] = names as [string, string];

  const image = channelsLast(builder, x, sizes, size[0] * size[1]);
  const kernels = filtersFirst(builder, dy, sizes);
  // What no window reached is not to be reached here; where there is more of it than padding, it is cut off below.
  const [below, right] = [rows.after - rows.unreached, columns.after - columns.unreached];
  const y = builder.node(
    "Conv",
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
  );

  // Strides would skip channels too, so that all columns are computed from the first tap to the last.
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
