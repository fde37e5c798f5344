import type { Convolution } from "../convolution.ts";
import type { Shape } from "../shape.ts";
import type { Padding } from "../window.ts";
import { filtersOf } from "./filters.ts";
import { BLOCK, type BlockedBuilder, fillsBlocks } from "./layout.ts";
import { type PaddedRows, padRows } from "./padded-rows.ts";
import { type Winograd, winograd } from "./winograd.ts";

/** A convolution with square strides, without dilation or groups. */
export interface ConvolutionShape {
  readonly images: number;
  /** Channels in and out. */
  readonly channels: number;
  readonly filters: number;
  /** Of the input. */
  readonly height: number;
  readonly width: number;
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly padding: Padding;
  /** Of the output. */
  readonly outHeight: number;
  readonly outWidth: number;
}

/** The sizes of a convolution that has a form in blocks; null for any other. */
export function shapeOf(x: Shape, y: Shape, convolution: Convolution): ConvolutionShape | null {
  const { kernel, stride, padding, dilation, groups } = convolution;
  const [images, channels, height, width] = x as [number, number, number, number];
  const [, filters, outHeight, outWidth] = y as [number, number, number, number];
  const plain = groups === 1 && dilation.every((n) => n === 1) && stride[0] === stride[1];
  // A first layer's few channels are not in blocks; its filters are.
  if (!plain || !fillsBlocks(filters) || !(fillsBlocks(channels) || channels < BLOCK)) return null;
  return { images, channels, filters, height, width, kernel, stride: stride[0], padding, outHeight, outWidth };
}

/** Ways to compute a convolution; null is the direct one. */
export type ConvolutionVariant = Winograd | PaddedRows | null;

/** What a convolution's result goes through before it is stored. The bias has a number for each stored channel. */
export interface ConvolutionEpilogue {
  readonly bias?: string;
  readonly sum?: string;
  readonly activation?: "Relu";
}

/**
 * The convolution: `x` is in blocks, but for few channels plain.
 * @param variant how it is computed
 */
export function convolution(
  b: BlockedBuilder,
  x: string,
  weight: string,
  shape: ConvolutionShape,
  variant: ConvolutionVariant = null,
  epilogue: ConvolutionEpilogue = {},
): string {
  return convolveWith(b, x, filtersOf(b, weight, shape), shape, variant, epilogue);
}

/** The convolution with filters in blocks. */
export function convolveWith(
  b: BlockedBuilder,
  x: string,
  filters: string,
  shape: ConvolutionShape,
  variant: ConvolutionVariant,
  epilogue: ConvolutionEpilogue,
): string {
  if (variant && "rows" in variant) return winograd(b, x, filters, shape, variant, epilogue);
  const { kernel, stride, padding } = shape;
  const [images, pads] = variant ? [padRows(b, x, shape), [padding[0], 0, padding[2], 0] as const] : [x, padding];
  return b.conv(images, filters, { kernel, strides: [stride, stride], pads, ...epilogue });
}
