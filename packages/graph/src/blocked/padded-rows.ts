import { type ConvolutionShape, isInBlocks } from "./convolution-shape.ts";
import { type BlockedBuilder, storedChannels } from "./layout.ts";

/**
 * Variant of a convolution that pads the rows of the images in a separate step. ONNX Runtime computes several
 * results of a row at a time, but results whose windows reach into the padding one by one.
 */
export interface PaddedRows {
  readonly padsRows: true;
}

/** True if the variant may be faster. */
export const suitsPaddedRows = (shape: ConvolutionShape): boolean =>
  shape.kernel[1] >= MIN_KERNEL_WIDTH && rowPadding(shape).some((size) => size > 0);

/** Minimum kernel width. With narrower kernels, few windows reach into the padding. */
const MIN_KERNEL_WIDTH = 4;

/** Pads both sides of the rows of images. */
export function padRows(b: BlockedBuilder, x: string, shape: ConvolutionShape): string {
  const { images, channels, height, width } = shape;
  const [left, right] = rowPadding(shape);
  if (isInBlocks(shape)) {
    const stored = [images, storedChannels(channels, b.block), height, width];
    return b.convEach(x, stored, [1], { kernel: [1, 1], pads: [0, left, 0, right] });
  }
  const rows = b.reshape(x, [images * channels * height, width]);
  const padded = b.onnx.node("Pad", [rows, b.onnx.ints([0, left, 0, right])]);
  return b.reshape(padded, [images, channels, height, left + width + right]);
}

/** Returns the numbers of columns to add left and right, without columns that the stride skips. */
function rowPadding({ width, kernel, stride, padding, outWidth }: ConvolutionShape): readonly [number, number] {
  const [, left] = padding;
  return [left, Math.max(0, stride * (outWidth - 1) + kernel[1] - left - width)];
}
