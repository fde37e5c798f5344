import { at } from "../core/shape.ts";
import { slice } from "../onnx/shorthands.ts";
import { combineRows } from "./combine-rows.ts";
import { type ConvolutionShape, isInBlocks } from "./convolution-shape.ts";
import { cookToom } from "./cook-toom.ts";
import { toWeight } from "./filters.ts";
import { halves } from "./input-gradient.ts";
import { kernelsOf } from "./kernels.ts";
import { type BlockedBuilder, storedChannels } from "./layout.ts";
import { type Slots, slotsOf } from "./slots.ts";
import { hiddenRows } from "./winograd.ts";

/**
 * True if the blocked layout supports the gradient: for a stride of 1, or for a 1x1 or 3x3 kernel with a stride of 2 that
 * halves even sizes to widths that fill blocks.
 */
export function hasWeightGradient(shape: ConvolutionShape): boolean {
  if (shape.stride === 1) return true;
  return halves(shape) && isInBlocks(shape) && slotsOf(shape).width === shape.outWidth;
}

/** A variant of a weight gradient. */
export interface WeightGradientVariant {
  /** Number of groups of images whose gradients are computed separately and then added; divides `units` of the slots. */
  readonly groups: number;
  /** Rows that are computed together, as in `winograd`; default 1. */
  readonly rows?: number;
}

/**
 * Adds the nodes of the weight gradient of a convolution: plain [filters, channels, kh, kw]. The gradient is a sum over
 * images and positions of products of `x` and the output gradient `d`, both in blocks (`x` is plain in a first layer). As
 * a convolution in blocks, a block of positions along the width replaces the input channels, and the memory of `d` already
 * is the filter: [filters / block, rows, columns / block, block positions, block filters]. One convolution per column of the kernel computes
 * the gradients of all its rows.
 */
export function weightGradient(
  b: BlockedBuilder,
  x: string,
  d: string,
  shape: ConvolutionShape,
  { groups, rows = 1 }: WeightGradientVariant,
): string {
  const slots = slotsOf(shape);
  if (rows > 1) return withRowsTogether(b, x, d, shape, { groups, rows });
  const sums = (all: string): string => (groups === 1 ? all : b.onnx.node("ReduceSum", [all, b.onnx.ints([0])]));
  if (isInBlocks(shape)) {
    return toWeight(b, b.concat(columnSums(b, x, d, shape, slots, groups).map(sums), 2), shape);
  }
  const columns = columnsOf(shape);
  const image = firstImage(b, x, shape, slots, columns);
  const filter = filterOf(b, d, shape, slots, groups)(0);
  const found = sums(correlate(b, image, filter, shape, slots, groups, columns * shape.channels));
  if (columns === shape.kernel[1]) return toWeight(b, found, shape);
  const count = shape.kernel[1] * shape.channels * b.block;
  return toWeight(b, slice(b.onnx, found, [{ axis: -1, start: 0, count, step: 1 }]), shape);
}

/** Returns the columns of the kernel of a first layer, plus up to 2 more if these reduce the number of steps. */
function columnsOf({ channels, kernel, block }: ConvolutionShape): number {
  const { stepSizes } = kernelsOf(block);
  const steps = (columns: number): number => stepsOf(columns * channels, stepSizes);
  const candidates = [0, 1, 2].map((more) => kernel[1] + more);
  return candidates.reduce((best, columns) => (steps(columns) < steps(best) ? columns : best));
}

/** Returns the number of steps in which ONNX Runtime computes the results of a row. A rest below the least size counts as one. */
function stepsOf(results: number, stepSizes: readonly number[]): number {
  let [steps, rest] = [0, results];
  for (const size of stepSizes) {
    steps += Math.floor(rest / size);
    rest %= size;
  }
  return steps + Math.sign(rest);
}

/** Adds the sums of each group: [groups, filters / block * kh, channels * block] for each column of the kernel. */
function columnSums(
  b: BlockedBuilder,
  x: string,
  d: string,
  shape: ConvolutionShape,
  slots: Slots,
  groups: number,
): string[] {
  const { channels, kernel, padding, stride } = shape;
  const filter = filterOf(b, d, shape, slots, groups);
  const columns = Array.from({ length: kernel[1] }, (_, column) => {
    // Output j is multiplied by input stride * j + offset.
    const offset = column - padding[1];
    const parity = stride === 1 ? 0 : Math.abs(offset % 2);
    return { parity, filter: filter(stride === 1 ? offset : Math.floor(offset / 2)) };
  });
  // ONNX Runtime computes the last input of a node first, and images take more memory while they are computed.
  const images = stride === 1 ? [imageOf(b, x, shape, slots)] : parityImages(b, x, shape, slots);
  const inner = storedChannels(channels, b.block);
  return columns.map(({ parity, filter }) => correlate(b, at(images, parity), filter, shape, slots, groups, inner));
}

/**
 * Computes the gradient with fewer multiplications, as in `winograd`: rows of images and of output gradients are transformed
 * to points, each of which is a group of its own. A matrix transforms the sums of the points to the rows of the kernel.
 */
function withRowsTogether(
  b: BlockedBuilder,
  x: string,
  d: string,
  shape: ConvolutionShape,
  { groups, rows }: Required<WeightGradientVariant>,
): string {
  const { images, channels, height, width, kernel, padding, outHeight, outWidth } = shape;
  const { points, inputTransform, filterTransform, outputTransform } = cookToom(rows);
  const tiles = Math.ceil(outHeight / rows);
  const xShape = [images, storedChannels(channels, b.block), height, width];
  const dShape = [images, storedChannels(shape.filters, b.block), outHeight, outWidth];
  const pointTransform = inputTransform.map((_, point) => outputTransform.map((numbers) => at(numbers, point)));
  const inputs = combineRows(b, hiddenRows(b, x, xShape, rows), xShape, inputTransform, {
    every: rows,
    from: -padding[0],
    tiles,
  });
  const outputs = combineRows(b, hiddenRows(b, d, dShape, rows), dShape, pointTransform, {
    every: rows,
    from: 0,
    tiles,
  });
  const single: ConvolutionShape = {
    ...shape,
    images: points * images,
    height: tiles,
    outHeight: tiles,
    kernel: [1, kernel[1]],
    padding: [0, padding[1], 0, padding[3]],
  };
  const slots = slotsOf(shape);
  const all = { ...slots, units: points * slots.units };
  const columns = columnSums(b, b.concat(inputs, 0), b.concat(outputs, 0), single, all, points * groups);
  const groupTransforms = [0, 1, 2].map((row) =>
    Array.from({ length: points * groups }, (_, i) => at(at(filterTransform, Math.floor(i / groups)), row)),
  );
  const outer = storedChannels(shape.filters, b.block) / b.block;
  const inner = storedChannels(channels, b.block) * b.block;
  const rowsOfKernel = columns.map((sums) => {
    const flat = b.hide(sums, [points * groups, outer * inner]);
    return b.hide(b.onnx.node("MatMul", [b.matrix(groupTransforms), flat]), [3, outer, inner]);
  });
  return toWeight(b, b.transpose(b.concat(rowsOfKernel, 2), [1, 0, 2]), shape);
}

/** Rearranges `x` with a block of positions as channels: [units, height, blocks, channels, block positions]. */
function imageOf(b: BlockedBuilder, x: string, shape: ConvolutionShape, slots: Slots): string {
  const { images, width, padding } = shape;
  const { sharing, units, blocks } = slots;
  const inner = storedChannels(shape.channels, b.block) / b.block;
  const [above, below] = inOneRow(shape, slots) ? [padding[0], padding[2]] : [0, 0];
  const height = above + shape.height + below;
  const wide = shift(b, x, { count: images * inner, height: shape.height, width }, 0, slots.width, [above, below]);
  const rows =
    sharing > 1
      ? b.transpose(b.hide(wide, [units, sharing, inner, height, slots.width * b.block]), [0, 3, 2, 1, 4])
      : inner === 1
        ? wide
        : b.transpose(b.hide(wide, [units, inner, height * blocks, b.block * b.block]), [0, 2, 1, 3]);
  return asImage(b, b.transposeTiles(rows, units * height * blocks * inner), height, slots, inner * b.block);
}

/** Rearranges the even and the odd columns of `x`, like `imageOf`. */
function parityImages(b: BlockedBuilder, x: string, shape: ConvolutionShape, slots: Slots): string[] {
  const { height } = shape;
  const { sharing, units, blocks } = slots;
  const inner = storedChannels(shape.channels, b.block) / b.block;
  const split =
    sharing > 1
      ? b.transpose(b.hide(x, [units, sharing, inner, height, slots.width, 2, b.block]), [5, 0, 3, 2, 1, 4, 6])
      : b.transpose(b.hide(x, [units, inner, height, blocks, b.block, 2, b.block]), [5, 0, 2, 3, 1, 4, 6]);
  const tiles = units * height * blocks * inner;
  const halves = b.onnx.nodes("Split", [b.hide(split, [2, tiles * b.block * b.block])], { axis: 0, num_outputs: 2 }, 2);
  return halves.map((half) => asImage(b, b.transposeTiles(half, tiles), height, slots, inner * b.block));
}

/** Rearranges `x` of a first layer: each column of the kernel has its own channels, shifted by its offset. */
function firstImage(b: BlockedBuilder, x: string, shape: ConvolutionShape, slots: Slots, columns: number): string {
  const { images, channels, height, width, padding } = shape;
  const pads = [0, padding[1], 0, slots.width + columns - 1 - padding[1] - width];
  const wide = b.onnx.node("Pad", [b.hide(x, [images * channels * height, width]), b.onnx.ints(pads)]);
  const parts = Array.from({ length: columns }, (_, column) => {
    const shifted = slice(b.onnx, wide, [{ axis: 1, start: column, count: slots.width, step: 1 }]);
    return b.hide(shifted, [images, 1, channels, height, slots.blocks, b.block]);
  });
  const stacked = b.transpose(b.concat(parts, 1), [0, 3, 4, 1, 2, 5]);
  return asImage(b, stacked, height, slots, columns * channels);
}

const asImage = (b: BlockedBuilder, x: string, height: number, { units, blocks }: Slots, channels: number): string =>
  b.hide(x, [1, units * b.block, height, blocks * channels]);

/** Returns a function that rearranges `d` with the units of a group side by side, and shifts its positions to the right. */
function filterOf(
  b: BlockedBuilder,
  d: string,
  shape: ConvolutionShape,
  slots: Slots,
  groups: number,
): (by: number) => string {
  const { images, outHeight: height, outWidth } = shape;
  const { sharing, units } = slots;
  const unitsPerGroup = units / groups;
  const outer = storedChannels(shape.filters, b.block) / b.block;
  if (sharing > 1) {
    const wide = shift(b, d, { count: images * outer, height, width: outWidth }, 0, slots.width);
    const parts = b.hide(wide, [groups, unitsPerGroup, sharing, outer, height, slots.width * b.block]);
    const packed = b.transpose(parts, [0, 3, 1, 4, 2, 5]);
    const rows = { count: units * outer * height, height: sharing, width: slots.width };
    return (by) => shift(b, packed, rows, by, slots.width);
  }
  const apart = b.hide(d, [groups, unitsPerGroup, outer, height * outWidth * b.block]);
  const together = unitsPerGroup === 1 ? d : b.transpose(apart, [0, 2, 1, 3]);
  return (by) => shift(b, together, { count: images * outer, height, width: outWidth }, by, slots.width);
}

/** Shifts images [count, height, width] in blocks so that out[w] = in[w - by], and pads rows above and below, with zeros. */
function shift(
  b: BlockedBuilder,
  x: string,
  { count, height, width }: { readonly count: number; readonly height: number; readonly width: number },
  by: number,
  outWidth: number,
  [above, below]: readonly [number, number] = [0, 0],
): string {
  if (by === 0 && width === outWidth && above + below === 0) return x;
  const [lead, skip, tail] = [Math.max(0, by), Math.max(0, -by), outWidth - width - by];
  const oneHot = Array.from({ length: 1 + skip + Math.max(0, -tail) }, (_, i) => (i === skip ? 1 : 0));
  const stored = [count, b.block, height, width];
  const pads = [above, lead, below, Math.max(0, tail)] as const;
  return b.convEach(b.hide(x, stored), stored, oneHot, { kernel: [1, oneHot.length], pads });
}

/**
 * True if all rows of an image are treated as one long row that also contains the rows of the kernel. ONNX Runtime computes
 * several results in one step, and the channels of a single block are not a multiple of their number.
 */
const inOneRow = ({ channels, stride, block }: ConvolutionShape, { blocks }: Slots): boolean =>
  blocks === 1 && stride === 1 && channels === block;

/** Adds the sums of each group for one column of the kernel: [groups, filters / block * kh, channels * block]. */
function correlate(
  b: BlockedBuilder,
  image: string,
  filter: string,
  shape: ConvolutionShape,
  slots: Slots,
  groups: number,
  channels: number,
): string {
  const { height, kernel, stride, padding, outHeight } = shape;
  const { units, blocks } = slots;
  const filters = storedChannels(shape.filters, b.block);
  const inputs = (units / groups) * b.block;
  const span = stride * (outHeight - 1) + 1;
  const bottom = kernel[0] - (height + padding[0] - span + 1);
  const sums = inOneRow(shape, slots)
    ? b.conv(b.hide(image, [1, units * b.block, 1, -1]), b.hide(filter, [groups * filters, inputs, 1, outHeight]), {
        kernel: [1, outHeight],
        dilations: [1, channels],
        groups,
      })
    : b.conv(image, b.hide(filter, [groups * filters, inputs, outHeight, blocks]), {
        kernel: [outHeight, blocks],
        dilations: [stride, channels],
        // With a stride of 2, a single row of taps would give one row too many.
        strides: [bottom < 0 ? 2 : 1, 1],
        pads: [padding[0], 0, Math.max(0, bottom), 0],
        groups,
      });
  return b.hide(sums, [groups, (filters / b.block) * kernel[0], channels * b.block]);
}
