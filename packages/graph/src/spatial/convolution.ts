import { checkCount } from "../core/check.ts";
import { hasRank, type Shape, sameShape, showShape, sizes } from "../core/shape.ts";
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

/** Options of a convolution, as in PyTorch. A single number applies to both axes. */
export interface Conv2dOptions extends Omit<WindowOptions, "padding"> {
  /**
   * Rows of zeros added above and below, and columns added left and right; default 0. `"same"` keeps the size of the
   * image and requires a stride of 1. Of an odd padding, the larger half goes below and to the right.
   */
  readonly padding?: number | Pair | "same";
  /** Number of groups of channels that are convolved independently. With one channel per group: depthwise. Default 1. */
  readonly groups?: number;
}

/** A convolution for images of any size. */
export interface Convolution extends Window, Readonly<Record<string, unknown>> {
  readonly groups: number;
}

/** Sizes of the tensors of a convolution: x [images, channels, ...size], weight [filters, ...], y [images, filters, ...outSize]. */
export interface ConvolutionSizes {
  readonly images: number;
  readonly channels: number;
  readonly filters: number;
  readonly channelsPerGroup: number;
  readonly filtersPerGroup: number;
  /** Height and width of x. */
  readonly size: Pair;
  /** Height and width of y. */
  readonly outSize: Pair;
  readonly rows: Slide;
  readonly columns: Slide;
}

/** Checks the options and the shape of the weight, and returns the convolution. */
export function convolutionOf(op: string, weight: Shape, options: Conv2dOptions): Convolution {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  if (!hasRank(weight, 4)) {
    fail(op, `a weight ${showShape(weight)}. Expected [filters, channels / groups, height, width].`);
  }
  checkCount(op, "groups", groups);
  const [, , ...kernel] = weight;
  const window = windowOf(op, kernel, { stride, dilation, padding: padding === "same" ? 0 : padding });
  return padding === "same" ? { ...window, groups, padding: samePadding(op, window) } : { ...window, groups };
}

function samePadding(op: string, { kernel, stride, dilation }: Window): Padding {
  if (stride.some((n) => n !== 1)) fail(op, `padding "same" with a stride of ${stride}. Expected a stride of 1.`);
  const [height, width] = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
  return [height >> 1, width >> 1, (height + 1) >> 1, (width + 1) >> 1];
}

/**
 * Returns the shape of the result.
 * @throws GraphError if the shapes of images and weight do not match
 */
export function convolvedShape(op: string, x: Shape, weight: Shape, convolution: Convolution): Shape {
  const { groups } = convolution;
  const shapes = `images ${showShape(x)} and a weight ${showShape(weight)}`;
  if (!hasRank(x, 4)) fail(op, `${shapes}. Expected images [batch, channels, height, width].`);
  const [images, channels, height, width] = sizes(x, 4);
  const [filters, channelsPerGroup] = sizes(weight, 4);
  const grouped = groups > 1 ? ` in ${groups} groups` : "";
  if (channels % groups !== 0) fail(op, `${shapes}: ${channels} channels cannot be split into ${groups} groups`);
  if (filters % groups !== 0) fail(op, `${shapes}: ${filters} filters cannot be split into ${groups} groups`);
  if (channelsPerGroup !== channels / groups) {
    const expected = `the weight requires ${channelsPerGroup * groups} channels${grouped}`;
    fail(op, `${shapes}: ${expected}, but the images have ${channels}`);
  }
  return [images, filters, ...windowCounts(`${op}: ${shapes}`, convolution, [height, width])];
}

/**
 * Checks the shape of a tensor.
 * @throws GraphError if a tensor has another shape than expected
 */
export function checkShape(op: string, name: string, { shape }: Tensor, expected: Shape): void {
  if (!sameShape(shape, expected)) fail(op, `${name} ${showShape(shape)}. Expected ${showShape(expected)}.`);
}

/** Returns the sizes of a convolution from images of shape `x` to results of shape `y`. */
export function convolutionSizes(x: Shape, y: Shape, convolution: Convolution): ConvolutionSizes {
  const [images, channels, height, width] = sizes(x, 4);
  const [, filters, outHeight, outWidth] = sizes(y, 4);
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
