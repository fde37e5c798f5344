import type { ConvolutionShape } from "./convolution-shape.ts";
import { type BlockedBuilder, fillsBlocks, storedChannels } from "./layout.ts";

/**
 * A convolution of images whose rows get their padding in a step before: ONNX Runtime computes six results of a row
 * together, but those that reach into padding one by one.
 */
export interface PaddedRows {
  readonly padsRows: true;
}

/** Whether rows are padded by so much that this may pay. */
export const suitsPaddedRows = (shape: ConvolutionShape): boolean =>
  shape.kernel[1] >= LEAST_WIDTH && rowPadding(shape).some((size) => size > 0);

/** Of kernels: narrower ones have few results that reach into padding. */
const LEAST_WIDTH = 4;

/** The images with padding on both sides of their rows. */
export function padRows(b: BlockedBuilder, x: string, shape: ConvolutionShape): string {
  const { images, channels, height, width } = shape;
  const [left, right] = rowPadding(shape);
  if (fillsBlocks(channels)) {
    const stored = [images, storedChannels(channels), height, width];
    return b.convEach(x, stored, [1], { kernel: [1, 1], pads: [0, left, 0, right] });
  }
  const rows = b.reshape(x, [images * channels * height, width]);
  const padded = b.onnx.node("Pad", [rows, b.onnx.ints([0, left, 0, right])]);
  return b.reshape(padded, [images, channels, height, left + width + right]);
}

/** Columns that are missing on the left and on the right; not what a stride leaves out. */
function rowPadding({ width, kernel, stride, padding, outWidth }: ConvolutionShape): readonly [number, number] {
  const [, left] = padding;
  return [left, Math.max(0, stride * (outWidth - 1) + kernel[1] - left - width)];
}
