import type { ConvolutionShape } from "./convolution.ts";
import { BLOCK, type BlockedBuilder } from "./layout.ts";

/** Whether `inputGradient` can do it: strides of 1, and strides of 2 of 1x1 and 3x3 kernels that halve even sizes. */
export function hasInputGradient(shape: ConvolutionShape): boolean {
  const { channels, height, width, kernel, stride, padding, outHeight, outWidth } = shape;
  if (channels % BLOCK !== 0) return false;
  if (stride === 1) return padding[0] < kernel[0] && padding[1] < kernel[1];
  const halves = stride === 2 && height === 2 * outHeight && width === 2 * outWidth;
  const known = [1, 3].some((size) => kernel.every((k) => k === size) && padding.every((p) => p === size >> 1));
  return halves && known;
}

/**
 * The gradient of a convolution by its input, in blocks: itself a convolution of the output's gradient `d` with the
 * filters turned round, and with inputs and outputs exchanged. With a stride of 2, each of the four parities of row and
 * column is a convolution of its own with the taps that reach it, so that no zeros are multiplied.
 * @param sum a value that is added, in the input's shape
 */
export function inputGradient(
  b: BlockedBuilder,
  d: string,
  weight: string,
  shape: ConvolutionShape,
  sum?: string,
): string {
  const { kernel, stride, padding } = shape;
  if (stride === 1) {
    const [kh, kw] = kernel;
    const filters = exchangedFilters(b, weight, shape, range(kh).reverse(), range(kw).reverse());
    const [top, left] = [kh - 1 - padding[0], kw - 1 - padding[1]];
    return b.conv(d, filters, { kernel, pads: [top, left, top, left], ...(sum && { sum }) });
  }
  const parities = [0, 1].map((row) => [0, 1].map((column) => parity(b, d, weight, shape, row, column)));
  const whole = interleave(b, parities, shape);
  return sum ? b.onnx.node("Add", [whole, sum]) : whole;
}

/** The taps of one axis that reach positions of a parity, in the order of the outputs that they come from. */
function taps(kernel: number, parity: number): readonly number[] {
  if (kernel === 1) return parity === 0 ? [0] : [];
  return parity === 0 ? [1] : [2, 0];
}

function parity(
  b: BlockedBuilder,
  d: string,
  weight: string,
  shape: ConvolutionShape,
  row: number,
  column: number,
): string {
  const [rows, columns] = [taps(shape.kernel[0], row), taps(shape.kernel[1], column)];
  if (rows.length === 0 || columns.length === 0) {
    const { images, channels, outHeight, outWidth } = shape;
    const size = [images, channels, outHeight, outWidth];
    return b.onnx.node("Expand", [b.onnx.constant(Float32Array.of(0), [1, 1, 1, 1]), b.onnx.ints(size)]);
  }
  const filters = exchangedFilters(b, weight, shape, rows, columns);
  return b.conv(d, filters, {
    kernel: [rows.length, columns.length],
    pads: [0, 0, rows.length - 1, columns.length - 1],
  });
}

/** Blocked filters [channels, filters, rows, columns] of some taps, in the given order. */
function exchangedFilters(
  b: BlockedBuilder,
  weight: string,
  { filters, channels, kernel }: ConvolutionShape,
  rows: readonly number[],
  columns: readonly number[],
): string {
  const chosen = rows.flatMap((row) => columns.map((column) => row * kernel[1] + column));
  const flat = b.reshape(weight, [filters, channels, kernel[0] * kernel[1]]);
  const picked = b.onnx.node("Gather", [flat, b.onnx.ints(chosen)], { axis: 2 });
  const blocks = [filters / BLOCK, BLOCK, channels / BLOCK, BLOCK, chosen.length];
  return b.permute(picked, blocks, [2, 0, 4, 1, 3], [channels, filters, rows.length, columns.length]);
}

/** Puts four tensors of half the size, [row parity][column parity], into one. */
export function interleave(
  b: BlockedBuilder,
  parts: readonly (readonly string[])[],
  { images, channels, outHeight, outWidth }: Pick<ConvolutionShape, "images" | "channels" | "outHeight" | "outWidth">,
): string {
  const blocks = (images * channels) / BLOCK;
  const rows = parts.map((columns) => {
    const flat = columns.map((part) => b.reshape(part, [blocks * outHeight * outWidth, BLOCK]));
    return b.reshape(b.concat(flat, 1), [blocks * outHeight, 2 * outWidth * BLOCK]);
  });
  return b.reshape(b.concat(rows, 1), [images, channels, 2 * outHeight, 2 * outWidth]);
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
