import { BLOCK, type BlockedBuilder } from "./layout.ts";

/** A convolution with square strides and equal padding on both sides, without dilation or groups. */
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
  readonly padding: readonly [number, number];
  /** Of the output. */
  readonly outHeight: number;
  readonly outWidth: number;
}

/** What a convolution's result goes through before it is stored. */
export interface Epilogue {
  readonly bias?: string;
  readonly sum?: string;
  readonly activation?: "Relu";
}

/** Filters [filters, channels, kh, kw] in blocks of both: [filters / 16, channels / 16, kh, kw, 16 in, 16 out]. */
export function blockFilters(
  b: BlockedBuilder,
  weight: string,
  { filters, channels, kernel }: ConvolutionShape,
): string {
  const taps = kernel[0] * kernel[1];
  const blocks = [filters / BLOCK, BLOCK, channels / BLOCK, BLOCK, taps];
  return b.permute(weight, blocks, [0, 2, 4, 3, 1], [filters, channels, ...kernel]);
}

/** Filters of a first layer, whose few channels are not in blocks: [filters / 16, channels, kh, kw, 16 out]. */
function blockFirstFilters(b: BlockedBuilder, weight: string, { filters, channels, kernel }: ConvolutionShape): string {
  const taps = kernel[0] * kernel[1];
  return b.permute(weight, [filters / BLOCK, BLOCK, channels, taps], [0, 2, 3, 1], [filters, channels, ...kernel]);
}

/** The convolution: `x` is in blocks where its channels are a multiple of 16, and plain where they are fewer. */
export function convolution(
  b: BlockedBuilder,
  x: string,
  weight: string,
  shape: ConvolutionShape,
  epilogue: Epilogue = {},
): string {
  const { channels, kernel, stride, padding } = shape;
  const filters = channels % BLOCK === 0 ? blockFilters(b, weight, shape) : blockFirstFilters(b, weight, shape);
  const pads = [...padding, ...padding] as [number, number, number, number];
  return b.conv(x, filters, { kernel, strides: [stride, stride], pads, ...epilogue });
}
