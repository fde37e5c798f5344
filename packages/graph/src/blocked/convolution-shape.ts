import { type Shape, sizes } from "../core/shape.ts";
import type { Convolution } from "../spatial/convolution.ts";
import type { Padding } from "../spatial/window.ts";
import { fillsBlocks } from "./layout.ts";

/** Sizes of a convolution with equal strides, without dilation or groups, in blocks. */
export interface ConvolutionShape {
  readonly images: number;
  /** Input channels. */
  readonly channels: number;
  /** Output channels. */
  readonly filters: number;
  /** Height of the input. */
  readonly height: number;
  /** Width of the input. */
  readonly width: number;
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly padding: Padding;
  /** Height of the output. */
  readonly outHeight: number;
  /** Width of the output. */
  readonly outWidth: number;
  /** Channels per block. */
  readonly block: number;
}

/** Returns the sizes of a convolution that the blocked layout supports; null for any other. */
export function shapeOf(x: Shape, y: Shape, convolution: Convolution, block: number): ConvolutionShape | null {
  const { kernel, stride, padding, dilation, groups } = convolution;
  const [images, channels, height, width] = sizes(x, 4);
  const [, filters, outHeight, outWidth] = sizes(y, 4);
  const plain = groups === 1 && dilation.every((n) => n === 1) && stride[0] === stride[1];
  // The few input channels of a first layer are not in blocks, but its filters are.
  if (!plain || !fillsBlocks(filters, block) || !(fillsBlocks(channels, block) || channels < block)) return null;
  return { images, channels, filters, height, width, kernel, stride: stride[0], padding, outHeight, outWidth, block };
}

/** True if the input channels are in blocks; false for the few channels of a first layer. */
export const isInBlocks = ({ channels, block }: ConvolutionShape): boolean => fillsBlocks(channels, block);

/** Operations on a convolution's result before it is stored, in this order. `bias` has one number per stored channel. */
export interface ConvolutionEpilogue {
  readonly bias?: string | undefined;
  readonly sum?: string | undefined;
  readonly activation?: "Relu" | undefined;
}
