import { at, hasRank, type Shape, showShape } from "../core/shape.ts";
import { fail } from "../error.ts";
import { type Pair, slideOf, type Window, windowCounts, windowOf } from "../spatial/window.ts";

/** Options of a pool. One number stands for height and width. */
export interface PoolOptions {
  /** Size of the windows. */
  readonly kernel: number | Pair;
  /** Distance between windows. Default: the kernel, so that windows do not overlap. */
  readonly stride?: number | Pair;
  /** Rows added above and below, and columns added left and right; at most half of the kernel. Default 0. */
  readonly padding?: number | Pair;
}

/** Returns the window of a pool after checking the options. */
export function poolWindow(op: string, { kernel, stride = kernel, padding = 0 }: PoolOptions): Window {
  const window = windowOf(op, kernel, { stride, padding });
  if (window.kernel.some((size, axis) => 2 * at(window.padding, axis) > size)) {
    const found = `padding ${window.padding.slice(0, 2)} with a kernel of ${window.kernel}`;
    fail(op, `${found}. Expected at most half of the kernel, so that each window has a pixel of the image.`);
  }
  return window;
}

/** Returns the shape of pooled images after checking the shape of the images. */
export function pooledShape(op: string, images: Shape, window: Window): Shape {
  if (!hasRank(images, 4)) fail(op, `images ${showShape(images)}. Expected [batch, channels, height, width].`);
  const [batch, channels, height, width] = images;
  return [batch, channels, ...windowCounts(`${op} of ${showShape(images)}`, window, [height, width])];
}

/** True if windows are adjacent and without padding, so that no pixel is in two of them. */
export const isTiling = ({ kernel, stride, padding }: Window): boolean =>
  kernel.every((size, axis) => size === stride[axis]) && padding.every((size) => size === 0);

/** Returns the numbers of rows and columns at the end of images that no window covers. */
export const unreachedBy = (window: Window, images: Shape): Pair => [
  slideOf(window, at(images, 2), 0).unreached,
  slideOf(window, at(images, 3), 1).unreached,
];
