import type { ConvolutionEpilogue, ConvolutionShape } from "./convolution-shape.ts";
import { filtersOf } from "./filters.ts";
import type { BlockedBuilder } from "./layout.ts";
import { type PaddedRows, padRows } from "./padded-rows.ts";
import { type Winograd, winograd } from "./winograd.ts";

/** Ways to compute a convolution; null is the direct one. */
export type ConvolutionVariant = Winograd | PaddedRows | null;

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
