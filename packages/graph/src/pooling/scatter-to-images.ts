import { type Shape, sizeOf, sizes } from "../core/shape.ts";
import type { OnnxBuilder } from "../onnx/builder.ts";
import { concat, reshape } from "../onnx/shorthands.ts";
import type { Window } from "../spatial/window.ts";
import { isTiling, unreachedBy } from "./pool.ts";

/**
 * Adds nodes that distribute values of windows to the pixels of images. Values of overlapping windows are added, and
 * pixels without a window are 0.
 * @param parts for each tap of the kernel, row by row: the values for the pixels that it covers, of the shape `pooled`
 * @param pooled shape of the pooled images
 * @param images shape of the result
 */
export function scatterToImages(
  builder: OnnxBuilder,
  parts: readonly string[],
  window: Window,
  pooled: Shape,
  images: Shape,
): string {
  return (isTiling(window) ? joinTiles : addWindows)(builder, parts, window, pooled, images);
}

/** Distributes values of windows that do not overlap: joins elements to rows, and rows to images. */
export function joinTiles(
  builder: OnnxBuilder,
  parts: readonly string[],
  window: Window,
  pooled: Shape,
  images: Shape,
): string {
  const [batch, channels, height, width] = sizes(pooled, 4);
  const [kernelHeight, kernelWidth] = window.kernel;
  const planes = batch * channels;
  const rows = Array.from({ length: kernelHeight }, (_, row) => {
    const elements = parts.slice(row * kernelWidth, (row + 1) * kernelWidth);
    const side = elements.map((part) => reshape(builder, part, [planes * height * width, 1]));
    return reshape(builder, concat(builder, side, 1), [planes * height, width * kernelWidth]);
  });
  const joined = reshape(builder, concat(builder, rows, 1), [
    batch,
    channels,
    height * kernelHeight,
    width * kernelWidth,
  ]);
  const unreached = unreachedBy(window, images);
  if (unreached.every((size) => size === 0)) return joined;
  return builder.node("Pad", [joined, builder.ints([0, 0, 0, 0, 0, 0, ...unreached])]);
}

/**
 * Distributes values of any windows: a transposed convolution with one kernel per tap, 1 at the tap and 0 elsewhere.
 */
export function addWindows(
  builder: OnnxBuilder,
  parts: readonly string[],
  window: Window,
  pooled: Shape,
  images: Shape,
): string {
  const taps = parts.length;
  const planes = parts.map((part) => reshape(builder, part, planesOf(pooled)));
  const unit = Float32Array.from({ length: taps * taps }, (_, i) => (i % (taps + 1) === 0 ? 1 : 0));
  return addKernels(builder, concat(builder, planes, 1), unit, window, images);
}

/** Distributes one value per window to all of its pixels: a transposed convolution with a kernel of ones. */
export function addEvenly(builder: OnnxBuilder, part: string, window: Window, pooled: Shape, images: Shape): string {
  const ones = new Float32Array(sizeOf(window.kernel)).fill(1);
  return addKernels(builder, reshape(builder, part, planesOf(pooled)), ones, window, images);
}

/** Shape of images in which each channel is an image of its own. */
const planesOf = (images: Shape): Shape => [sizeOf(images.slice(0, 2)), 1, ...images.slice(2)];

function addKernels(
  builder: OnnxBuilder,
  planes: string,
  kernels: Float32Array,
  window: Window,
  images: Shape,
): string {
  const kernel = builder.constant(kernels, [kernels.length / sizeOf(window.kernel), 1, ...window.kernel]);
  const sums = builder.node("ConvTranspose", [planes, kernel], {
    kernel_shape: window.kernel,
    strides: window.stride,
    pads: window.padding,
    output_padding: unreachedBy(window, images),
  });
  return reshape(builder, sums, images);
}
