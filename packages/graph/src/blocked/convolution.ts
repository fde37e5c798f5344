import type { ConvolutionEpilogue, ConvolutionShape } from "./convolution-shape.ts";
import { filtersOf } from "./filters.ts";
import type { BlockedBuilder } from "./layout.ts";
import { type PaddedRows, padRows } from "./padded-rows.ts";
import { type Winograd, winograd } from "./winograd.ts";

/** A variant of a convolution; null is the direct one. */
export type ConvolutionVariant = Winograd | PaddedRows | null;

/**
 * Adds the nodes of a convolution.
 * @param x images in blocks; plain if they have few channels
 * @param weight plain [filters, channels, kh, kw]
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

/** Adds the nodes of a convolution whose filters are already in blocks. */
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
