import { sizeOf } from "../../core/shape.ts";
import type { OnnxBuilder } from "../../onnx/builder.ts";
import { concat, reshape, slice } from "../../onnx/shorthands.ts";
import { type ConvolutionSizes, convolutionSizes } from "../../spatial/convolution.ts";
import { channelsLast, filtersFirst, partsOf, sumOfParts, toWeight } from "./arrange.ts";
import type { WeightGradientContext } from "./context.ts";

/**
 * Lowers to a matrix product: `dy` times the columns, each of which has all pixels that one tap of the kernel covers.
 */
export function im2col({ builder, names: [x, dy], inputs, attributes }: WeightGradientContext): string {
  const sizes = convolutionSizes(inputs[0].shape, inputs[1].shape, attributes);
  const { images, channelsPerGroup, filters, filtersPerGroup, outSize } = sizes;
  const { groups } = attributes;
  const parts = partsOf(sizes);
  const positions = (images / parts) * sizeOf(outSize);
  const taps = sizes.rows.kernel * sizes.columns.kernel;

  const padded = pad(builder, x, sizes);
  const columns =
    taps === 1 ? singleTap(builder, padded, sizes) : concat(builder, allTaps(builder, padded, sizes, groups), 2);
  const batch = parts * groups > 1 ? [parts * groups] : [];
  const y = builder.node(batch.length > 0 ? "MatMul" : "Gemm", [
    reshape(builder, filtersFirst(builder, dy, sizes), [...batch, filtersPerGroup, positions]),
    reshape(builder, columns, [...batch, positions, taps * channelsPerGroup]),
  ]);
  return toWeight(builder, sumOfParts(builder, y, parts, filters * taps * channelsPerGroup), sizes);
}

function pad(builder: OnnxBuilder, x: string, { rows, columns }: ConvolutionSizes): string {
  const pads = [0, 0, rows.before, columns.before, 0, 0, rows.after, columns.after];
  return pads.some((size) => size > 0) ? builder.node("Pad", [x, builder.ints(pads)]) : x;
}

/** Selects the pixels that a 1x1 kernel covers. */
function singleTap(builder: OnnxBuilder, x: string, sizes: ConvolutionSizes): string {
  const { rows, columns, outSize } = sizes;
  const all = rows.stride === 1 && columns.stride === 1;
  const covered = all ? x : slice(builder, x, axesOfTap(sizes, 0, 0));
  return channelsLast(builder, covered, sizes, sizeOf(outSize));
}

/** Selects the pixels that each tap covers, [parts * groups, positions, channels / groups]. */
function allTaps(builder: OnnxBuilder, x: string, sizes: ConvolutionSizes, groups: number): string[] {
  const { images, channelsPerGroup, size, outSize, rows, columns } = sizes;
  const parts = partsOf(sizes);
  const padded = [size[0] + rows.before + rows.after, size[1] + columns.before + columns.after];
  const last = channelsLast(builder, x, sizes, sizeOf(padded));
  const image = reshape(builder, last, [images * groups, 1, ...padded, channelsPerGroup]);
  const positions = (images / parts) * sizeOf(outSize);
  return Array.from({ length: rows.kernel * columns.kernel }, (_, tap) => {
    const axes = axesOfTap(sizes, Math.floor(tap / columns.kernel), tap % columns.kernel);
    return reshape(builder, slice(builder, image, axes), [parts * groups, positions, channelsPerGroup]);
  });
}

const axesOfTap = ({ rows, columns }: ConvolutionSizes, row: number, column: number) => [
  { axis: 2, start: row * rows.dilation, count: rows.count, step: rows.stride },
  { axis: 3, start: column * columns.dilation, count: columns.count, step: columns.stride },
];
