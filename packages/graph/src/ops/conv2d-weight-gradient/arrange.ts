import type { OnnxBuilder } from "../../onnx/builder.ts";
import { reshape, transpose } from "../../onnx/shorthands.ts";
import type { ConvolutionSizes } from "../../spatial/convolution.ts";

/**
 * Number of parts that the images are divided into: the gradients of the parts are computed separately, then added. One
 * part per image needs no copy of `dy`, but matrix products over few positions are slow. Both are equally fast at 16 x
 * 16 positions per image.
 */
export const partsOf = ({ images, outSize }: ConvolutionSizes): number => (outSize[0] * outSize[1] >= 256 ? images : 1);

/**
 * Rearranges images [images, channels, pixels] so that they can be read as
 * [parts, groups, images / parts, pixels, channels / groups].
 */
export function channelsLast(builder: OnnxBuilder, x: string, sizes: ConvolutionSizes, pixels: number): string {
  const { images, channels, channelsPerGroup } = sizes;
  const groups = channels / channelsPerGroup;
  // Two steps, because swapping two adjacent axes is several times as fast as a general transposition.
  const split = reshape(builder, x, [images * groups, channelsPerGroup, pixels]);
  const last = channelsPerGroup === 1 ? split : transpose(builder, split, [0, 2, 1]);
  if (groups === 1 || partsOf(sizes) === images) return last;
  return transpose(builder, reshape(builder, last, [images, groups, pixels * channelsPerGroup]), [1, 0, 2]);
}

/**
 * Rearranges `dy` [images, filters, positions] so that it can be read as [parts, filters, images / parts, positions].
 */
export function filtersFirst(builder: OnnxBuilder, dy: string, sizes: ConvolutionSizes): string {
  const { images, filters, outSize } = sizes;
  if (partsOf(sizes) === images) return dy;
  return transpose(builder, reshape(builder, dy, [images, filters, outSize[0] * outSize[1]]), [1, 0, 2]);
}

/** Sums [parts, ...rest] over the parts. */
export function sumOfParts(builder: OnnxBuilder, x: string, parts: number, size: number): string {
  if (parts === 1) return x;
  return builder.node("ReduceSum", [reshape(builder, x, [parts, size]), builder.ints([0])], { keepdims: 0 });
}

/** Rearranges [filters, taps, channels / groups] to the shape of a weight. */
export function toWeight(
  builder: OnnxBuilder,
  x: string,
  { filters, channelsPerGroup, rows, columns }: ConvolutionSizes,
): string {
  const taps = rows.kernel * columns.kernel;
  const byTap = reshape(builder, x, [filters, taps, channelsPerGroup]);
  const byChannel = taps === 1 || channelsPerGroup === 1 ? byTap : transpose(builder, byTap, [0, 2, 1]);
  return reshape(builder, byChannel, [filters, channelsPerGroup, rows.kernel, columns.kernel]);
}
