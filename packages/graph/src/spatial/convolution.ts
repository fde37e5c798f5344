import { checkCount } from "../core/check.ts";
import { type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import {
  type Padding,
  type Pair,
  type Slide,
  slideOf,
  type Window,
  type WindowOptions,
  windowCounts,
  windowOf,
} from "./window.ts";

/** As PyTorch's; one number is for height and width. */
export interface Conv2dOptions extends Omit<WindowOptions, "padding"> {
  /**
   * Rows of zeros above and below, columns left and right; default 0. `"same"` keeps the size, for strides of 1; where
   * the padding is odd, the larger half goes below and to the right.
   */
  readonly padding?: number | Pair | "same";
  /** Into how many groups the channels are split, which do not see each other; as many as channels: depthwise. Default 1. */
  readonly groups?: number;
}

/** A convolution, whatever the sizes of its images. */
export interface Convolution extends Window, Readonly<Record<string, unknown>> {
  readonly groups: number;
}

/** Sizes of the three tensors of a convolution: x [images, channels, ...], weight [filters, ...], y [images, filters, ...]. */
export interface ConvolutionSizes {
  readonly images: number;
  readonly channels: number;
  readonly filters: number;
  readonly channelsPerGroup: number;
  readonly filtersPerGroup: number;
  /** Of x. */
  readonly size: Pair;
  /** Of y. */
  readonly outSize: Pair;
  readonly rows: Slide;
  readonly columns: Slide;
}

/** The convolution with a weight of this shape. */
export function convolutionOf(op: string, weight: Shape, options: Conv2dOptions): Convolution {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  if (weight.length !== 4) {
    fail(op, `a weight ${showShape(weight)}: expected [filters, channels / groups, height, width]`);
  }
  checkCount(op, "groups", groups);
  const kernel = weight.slice(2) as unknown as Pair;
  const window = windowOf(op, kernel, { stride, dilation, padding: padding === "same" ? 0 : padding });
  return { ...window, groups, ...(padding === "same" && { padding: samePadding(op, window) }) };
}

function samePadding(op: string, { kernel, stride, dilation }: Window): Padding {
  if (stride.some((n) => n !== 1)) fail(op, `padding "same" with a stride of ${stride}: expected a stride of 1`);
  const [height, width] = kernel.map((k, axis) => (dilation[axis] as number) * (k - 1)) as unknown as Pair;
  return [height >> 1, width >> 1, (height + 1) >> 1, (width + 1) >> 1];
}

/** The shape of the result; calls `fail` where the shapes of images and weight do not fit. */
export function convolvedShape(op: string, x: Shape, weight: Shape, convolution: Convolution): Shape {
  const { groups } = convolution;
  const shapes = `images ${showShape(x)} and a weight ${showShape(weight)}`;
  if (x.length !== 4) fail(op, `${shapes}: expected images [batch, channels, height, width]`);
  const [images, channels, height, width] = x as [number, number, number, number];
  const [filters, ofGroup] = weight as [number, number];
  const grouped = groups > 1 ? ` in ${groups} groups` : "";
  if (channels % groups !== 0) fail(op, `${shapes}: ${channels} channels cannot be split into ${groups} groups`);
  if (filters % groups !== 0) fail(op, `${shapes}: ${filters} filters cannot be split into ${groups} groups`);
  if (ofGroup !== channels / groups) {
    fail(op, `${shapes}: the weight is for ${ofGroup * groups} channels${grouped}, and the images have ${channels}`);
  }
  return [images, filters, ...windowCounts(`${op}: ${shapes}`, convolution, [height, width])];
}

/** Calls `fail` where a tensor is not of the shape that it should be. */
export function checkShape(op: string, name: string, { shape }: Tensor, expected: Shape): void {
  if (!sameShape(shape, expected)) fail(op, `${name} ${showShape(shape)}: expected ${showShape(expected)}`);
}

/** The sizes of a convolution of images of shape `x` with results of shape `y`. */
export function convolutionSizes(x: Shape, y: Shape, convolution: Convolution): ConvolutionSizes {
  const [images, channels, height, width] = x as [number, number, number, number];
  const [, filters, outHeight, outWidth] = y as [number, number, number, number];
  return {
    images,
    channels,
    filters,
    channelsPerGroup: channels / convolution.groups,
    filtersPerGroup: filters / convolution.groups,
    size: [height, width],
    outSize: [outHeight, outWidth],
    rows: slideOf(convolution, height, 0),
    columns: slideOf(convolution, width, 1),
  };
}
