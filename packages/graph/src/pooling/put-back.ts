import { type Shape, sizeOf } from "../core/shape.ts";
import type { OnnxBuilder } from "../onnx/builder.ts";
import { concat, reshape } from "../onnx/shorthands.ts";
import type { Window } from "../spatial/window.ts";
import { isTiling, unreachedBy } from "./pool.ts";

/**
 * Images of what their windows give to each pixel: sums where windows overlap, and 0 where there is none.
 * @param parts for each tap of the kernel, row by row, what goes to the pixels that it meets; of shape `pooled`
 * @param images the shape of the result
 */
export function putBack(
  builder: OnnxBuilder,
  parts: readonly string[],
  window: Window,
  pooled: Shape,
  images: Shape,
): string {
  return (isTiling(window) ? joinTiles : addWindows)(builder, parts, window, pooled, images);
}

/** Windows that do not overlap: their elements are joined to rows, and rows to images. */
export function joinTiles(
  builder: OnnxBuilder,
  parts: readonly string[],
  window: Window,
  pooled: Shape,
  images: Shape,
): string {
  const [batch, channels, height, width] = pooled as [number, number, number, number];
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

/** Any windows: the transposed convolution with a kernel for each tap that is 1 there and 0 elsewhere. */
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

/** Any windows, whose elements all get the same: the transposed convolution with a kernel of ones. */
export function addEvenly(builder: OnnxBuilder, part: string, window: Window, pooled: Shape, images: Shape): string {
  const ones = new Float32Array(sizeOf(window.kernel)).fill(1);
  return addKernels(builder, reshape(builder, part, planesOf(pooled)), ones, window, images);
}

/** Each channel of each image is an image of its own. */
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
