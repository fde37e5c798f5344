import type { Shape } from "../core/shape.ts";
import type { Convolution } from "../spatial/convolution.ts";
import type { Padding } from "../spatial/window.ts";
import { BLOCK, fillsBlocks } from "./layout.ts";

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

/** What a convolution's result goes through before it is stored. The bias has a number for each stored channel. */
export interface ConvolutionEpilogue {
  readonly bias?: string;
  readonly sum?: string;
  readonly activation?: "Relu";
}
