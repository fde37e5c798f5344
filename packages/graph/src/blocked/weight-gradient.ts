import type { ConvolutionShape } from "./convolution.ts";
import { BLOCK, type BlockedBuilder } from "./layout.ts";

/**
 * Whether `weightGradient` can do it: strides of 1 that keep the size; in a first layer of few channels any such; and
 * strides of 2 of 1x1 and 3x3 kernels that halve even sizes to widths of 8 or multiples of 16.
 */
export function hasWeightGradient(shape: ConvolutionShape): boolean {
  const { images, channels, height, width, kernel, stride, padding, outHeight, outWidth } = shape;
  if (stride === 1) return height === outHeight && width === outWidth && (channels % BLOCK === 0 || channels < BLOCK);
  if (stride !== 2 || channels % BLOCK !== 0 || height !== 2 * outHeight || width !== 2 * outWidth) return false;
  const known = [1, 3].some((size) => kernel.every((k) => k === size) && padding.every((p) => p === size >> 1));
  return known && (outWidth % BLOCK === 0 || (outWidth === BLOCK / 2 && images % 2 === 0));
}

/**
 * The gradient of a convolution by its weight, [filters, channels, kh, kw] and plain. It is a sum over images and
 * positions of products of `x` and the output's gradient `d`, both in blocks (`x` plain in a first layer). Written as a
 * convolution in blocks, 16 positions along the width take the place of input channels, and the memory of `d` is the
 * filter as it is: [filters / 16, rows, columns / 16, 16 positions, 16 filters]. One convolution for each column of the
 * kernel gives the gradients of all its rows; the images, or groups of them, are its groups, and are summed after it.
 */
export function weightGradient(b: BlockedBuilder, x: string, d: string, shape: ConvolutionShape): string {
  const { filters, channels, kernel } = shape;
  const [kh, kw] = kernel;
  const layout = positions(shape);
  if (channels < BLOCK) {
    const image = firstImage(b, x, shape, layout);
    const sums = correlate(
      b,
      image,
      shifted(b, filterOf(b, d, shape, layout), shape, layout, 0),
      shape,
      layout,
      channels * kw,
    );
    return b.permute(sums, [filters / BLOCK, kh, kw, channels, BLOCK], [0, 4, 3, 1, 2], [filters, channels, kh, kw]);
  }
  const images = shape.stride === 1 ? [image(b, x, shape, layout)] : parityImages(b, x, shape, layout);
  const filter = filterOf(b, d, shape, layout);
  const columns = Array.from({ length: kw }, (_, column) => {
    // The output at j multiplies the input at stride * j + offset.
    const offset = column - shape.padding[1];
    const parity = shape.stride === 1 ? 0 : Math.abs(offset % 2);
    const shift = shape.stride === 1 ? offset : Math.floor(offset / 2);
    return correlate(b, images[parity] as string, shifted(b, filter, shape, layout, shift), shape, layout, channels);
  });
  const blocks = [kw, filters / BLOCK, kh, channels, BLOCK];
  return b.permute(b.concat(columns, 0), blocks, [1, 4, 3, 2, 0], [filters, channels, kh, kw]);
}

/** How positions along the width, and images, are put into blocks of 16. */
interface Positions {
  /** Rows of 8 positions: two images make a block. */
  readonly paired: boolean;
  /** Images, or pairs of them. */
  readonly images: number;
  /** Blocks of positions in a row. */
  readonly blocks: number;
  /** Zeros that fill up a row. */
  readonly fill: number;
  /** Into how many groups the images go; each is summed by the convolution itself. */
  readonly groups: number;
}

function positions({ images, channels, filters, outWidth }: ConvolutionShape): Positions {
  const paired = channels % BLOCK === 0 && outWidth === BLOCK / 2 && images % 2 === 0;
  const units = paired ? images / 2 : images;
  const blocks = paired ? 1 : Math.ceil(outWidth / BLOCK);
  // Measured: many filters keep the processor busy with few groups, few need a group for each image.
  const wanted = filters <= 32 && !paired ? units : filters >= 128 && paired ? 2 : 4;
  let groups = Math.min(wanted, units);
  while (units % groups !== 0) groups--;
  return { paired, images: units, blocks, fill: paired ? 0 : blocks * BLOCK - outWidth, groups };
}

/** `x` with 16 positions as channels: [images, height, blocks, channels, 16]. */
function image(b: BlockedBuilder, x: string, shape: ConvolutionShape, layout: Positions): string {
  const { images, channels, height, width } = shape;
  const blocks = channels / BLOCK;
  const rows = layout.paired
    ? b.transpose(b.reshape(x, [layout.images, 2, blocks, height, width * BLOCK]), [0, 3, 2, 1, 4])
    : b.transpose(
        b.reshape(shift(b, x, images * blocks, height, width, 0, layout.fill), [
          images,
          blocks,
          height * layout.blocks,
          BLOCK * BLOCK,
        ]),
        [0, 2, 1, 3],
      );
  return asImage(b, b.transposeTiles(rows, layout.images * height * layout.blocks * blocks), height, layout, channels);
}

/** The images of even and odd columns. */
function parityImages(b: BlockedBuilder, x: string, shape: ConvolutionShape, layout: Positions): string[] {
  const { images, channels, height } = shape;
  const blocks = channels / BLOCK;
  const split = layout.paired
    ? b.transpose(b.reshape(x, [layout.images, 2, blocks, height, BLOCK / 2, 2, BLOCK]), [5, 0, 3, 2, 1, 4, 6])
    : b.transpose(b.reshape(x, [images, blocks, height, layout.blocks, BLOCK, 2, BLOCK]), [5, 0, 2, 3, 1, 4, 6]);
  const tiles = layout.images * height * layout.blocks * blocks;
  const halves = b.onnx.nodes("Split", [b.reshape(split, [2, tiles * BLOCK * BLOCK])], { axis: 0, num_outputs: 2 }, 2);
  return halves.map((half) => asImage(b, b.transposeTiles(half, tiles), height, layout, channels));
}

/** The image of a first layer: each column of the kernel has channels of its own, moved to where it looks. */
function firstImage(b: BlockedBuilder, x: string, shape: ConvolutionShape, layout: Positions): string {
  const { images, channels, height, width, kernel, padding } = shape;
  const [, kw] = kernel;
  // Positions are those of single images here, whatever the width.
  const padded = layout.blocks * BLOCK;
  const pads = [0, padding[1], 0, padded + kw - 1 - padding[1] - width];
  const wide = b.onnx.node("Pad", [b.reshape(x, [images * channels * height, width]), b.onnx.ints(pads)]);
  const moved = Array.from({ length: kw }, (_, column) => {
    const [start, end] = [b.onnx.ints([column]), b.onnx.ints([column + padded])];
    const slice = b.onnx.node("Slice", [wide, start, end, b.onnx.ints([1])]);
    return b.reshape(slice, [images, 1, channels, height, layout.blocks, BLOCK]);
  });
  const stacked = b.transpose(b.concat(moved, 1), [0, 3, 4, 1, 2, 5]);
  return asImage(b, stacked, height, layout, kw * channels);
}

const asImage = (
  b: BlockedBuilder,
  x: string,
  height: number,
  { images, blocks }: Positions,
  channels: number,
): string => b.reshape(x, [1, images * BLOCK, height, blocks * channels]);

/** `d` with the images of a group side by side. */
function filterOf(b: BlockedBuilder, d: string, shape: ConvolutionShape, layout: Positions): string {
  const { filters, outHeight, outWidth } = shape;
  const { groups, images, paired } = layout;
  const perGroup = images / groups;
  const blocks = filters / BLOCK;
  if (paired) {
    const parts = b.reshape(d, [groups, perGroup, 2, blocks, outHeight, outWidth * BLOCK]);
    return b.transpose(parts, [0, 3, 1, 4, 2, 5]);
  }
  if (perGroup === 1) return d;
  return b.transpose(b.reshape(d, [groups, perGroup, blocks, outHeight * outWidth * BLOCK]), [0, 2, 1, 3]);
}

/** The filter with its positions moved right, and rows filled up with zeros. */
function shifted(b: BlockedBuilder, filter: string, shape: ConvolutionShape, layout: Positions, by: number): string {
  const { images, filters, outHeight, outWidth } = shape;
  return shift(b, filter, (images * filters) / BLOCK, outHeight, outWidth, by, layout.fill);
}

/** Rows [count, 16, height, width] of blocks, with out[w] = in[w - by] and `fill` more positions; zeros come in. */
function shift(
  b: BlockedBuilder,
  x: string,
  count: number,
  height: number,
  width: number,
  by: number,
  fill: number,
): string {
  if (by === 0 && fill === 0) return x;
  const size = by >= 0 ? 1 + Math.max(0, by - fill) : 1 - by;
  const hot = by >= 0 ? 0 : -by;
  const [left, right] = [Math.max(0, by), fill - Math.max(0, by) + size - 1];
  const oneHot = Float32Array.from({ length: BLOCK * size }, (_, i) => (Math.floor(i / BLOCK) === hot ? 1 : 0));
  return b.conv(b.reshape(x, [count, BLOCK, height, width]), b.onnx.constant(oneHot, [BLOCK, 1, 1, size]), {
    kernel: [1, size],
    pads: [0, left, 0, right],
    groups: BLOCK,
  });
}

/** All sums for one column of the kernel: [filters / 16, kh, channels, 16], flat. */
function correlate(
  b: BlockedBuilder,
  image: string,
  filter: string,
  shape: ConvolutionShape,
  { groups, images, blocks }: Positions,
  channels: number,
): string {
  const { filters, height, kernel, stride, padding, outHeight } = shape;
  const span = stride * (outHeight - 1) + 1;
  const bottom = kernel[0] - (height + padding[0] - span + 1);
  const sums = b.conv(image, b.reshape(filter, [groups * filters, (images / groups) * BLOCK, outHeight, blocks]), {
    kernel: [outHeight, blocks],
    dilations: [stride, channels],
    // A single row of taps at a stride of 2 would leave one row too many.
    strides: [bottom < 0 ? 2 : 1, 1],
    pads: [padding[0], 0, Math.max(0, bottom), 0],
    groups,
  });
  const size = filters * kernel[0] * channels;
  if (groups === 1) return b.reshape(sums, [size]);
  const flat = b.reshape(sums, [groups, size]);
  return b.onnx.node("ReduceSum", [flat, b.onnx.ints([0])], { keepdims: 0 });
}
