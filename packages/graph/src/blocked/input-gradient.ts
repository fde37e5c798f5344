import { at } from "../core/shape.ts";
import { type ConvolutionVariant, convolveWith } from "./convolution.ts";
import { type ConvolutionShape, isInBlocks } from "./convolution-shape.ts";
import { exchangedFilters } from "./filters.ts";
import { interleave } from "./interleave.ts";
import { type BlockedBuilder, storedChannels } from "./layout.ts";

/** True if the blocked layout supports the gradient: for a stride of 1, or for a 1x1 or 3x3 kernel with a stride of 2 that halves even sizes. */
export function hasInputGradient(shape: ConvolutionShape): boolean {
  const { kernel, stride, padding } = shape;
  if (!isInBlocks(shape)) return false;
  if (stride === 1) return padding.every((size, i) => size < at(kernel, i % 2));
  return halves(shape);
}

/** True if a convolution halves even sizes by a stride of 2, with a kernel of 1x1 or 3x3. */
export function halves({ height, width, kernel, stride, padding, outHeight, outWidth }: ConvolutionShape): boolean {
  const [side] = kernel;
  if (stride !== 2 || kernel[1] !== side || !(side === 1 || side === 3)) return false;
  const [top, left, bottom, right] = padding;
  const centered = top === side >> 1 && left === top && bottom === top && right === top;
  return centered && height === 2 * outHeight && width === 2 * outWidth;
}

/**
 * Adds the nodes of the input gradient of a convolution with a stride of 1, in blocks. It is a convolution of the output
 * gradient `d` with flipped filters whose inputs and outputs are exchanged.
 * @param sum name of a value in the input's shape that is added
 */
export function inputGradient(
  b: BlockedBuilder,
  d: string,
  weight: string,
  shape: ConvolutionShape,
  variant: ConvolutionVariant = null,
  sum?: string,
): string {
  const { kernel } = shape;
  const filters = exchangedFilters(b, weight, shape, reversed(kernel[0]), reversed(kernel[1]));
  return convolveWith(b, d, filters, exchanged(shape), variant, { sum });
}

/** Returns the shape of the convolution that computes the input gradient. */
export function exchanged(shape: ConvolutionShape): ConvolutionShape {
  const [kh, kw] = shape.kernel;
  const [top, left, bottom, right] = shape.padding;
  return {
    ...shape,
    channels: shape.filters,
    filters: shape.channels,
    height: shape.outHeight,
    width: shape.outWidth,
    outHeight: shape.height,
    outWidth: shape.width,
    padding: [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right],
  };
}

const reversed = (length: number): number[] => Array.from({ length }, (_, i) => length - 1 - i);

/** Names of tensors of half the size by [row parity][column parity]; null stands for zeros. */
export type Parities = readonly (readonly (string | null)[])[];

/**
 * Adds the nodes of the input gradient of a convolution with a stride of 2, in four parts: each combination of row parity
 * and column parity is a convolution with the taps that reach it, which avoids multiplications by zeros.
 * @param sums values that are added to the parts
 */
export function parityGradients(
  b: BlockedBuilder,
  d: string,
  weight: string,
  shape: ConvolutionShape,
  sums?: Parities,
): Parities {
  return [0, 1].map((row) =>
    [0, 1].map((column) => {
      const [rows, columns] = [taps(shape.kernel[0], row), taps(shape.kernel[1], column)];
      const sum = sums?.[row]?.[column] ?? null;
      if (rows.length === 0 || columns.length === 0) return sum;
      return b.conv(d, exchangedFilters(b, weight, shape, rows, columns), {
        kernel: [rows.length, columns.length],
        pads: [0, 0, rows.length - 1, columns.length - 1],
        sum: sum ?? undefined,
      });
    }),
  );
}

/** Returns the taps of one axis that reach positions of a parity, in the order of their outputs. */
function taps(kernel: number, parity: number): readonly number[] {
  if (kernel === 1) return parity === 0 ? [0] : [];
  return parity === 0 ? [1] : [2, 0];
}

/** Joins the four parts to the input gradient. */
export function joinParities(b: BlockedBuilder, parts: Parities, shape: ConvolutionShape): string {
  const size = [shape.images, storedChannels(shape.channels, b.block), shape.outHeight, shape.outWidth];
  const zeros = (): string =>
    b.onnx.node("Expand", [b.onnx.constant(Float32Array.of(0), [1, 1, 1, 1]), b.onnx.ints(size)]);
  return interleave(
    b,
    parts.map((columns) => columns.map((part) => part ?? zeros())),
    size,
  );
}
