import { type Shape, showShape } from "../core/shape.ts";
import { fail } from "../error.ts";
import { type Pair, slideOf, type Window, windowCounts, windowOf } from "../spatial/window.ts";

/** One number is for height and width. */
export interface PoolOptions {
  /** The size of a window. */
  readonly kernel: number | Pair;
  /** The distance between windows; default the kernel, so that they lie side by side. */
  readonly stride?: number | Pair;
  /** Rows added above and below, columns left and right; at most half of the kernel. Default 0. */
  readonly padding?: number | Pair;
}

/** The window of a pool. */
export function poolWindow(op: string, { kernel, stride = kernel, padding = 0 }: PoolOptions): Window {
  const window = windowOf(op, kernel, { stride, padding });
  if (window.kernel.some((size, axis) => 2 * (window.padding[axis] as number) > size)) {
    const found = `padding ${window.padding.slice(0, 2)} with a kernel of ${window.kernel}`;
    fail(op, `${found}: expected at most half of the kernel, so that each window has a pixel of the image`);
  }
  return window;
}

/** The shape of what is pooled from images of a shape. */
export function pooledShape(op: string, images: Shape, window: Window): Shape {
  const [batch, channels, height, width] = images as [number, number, number, number];
  if (images.length !== 4) fail(op, `of ${showShape(images)}: expected images [batch, channels, height, width]`);
  return [batch, channels, ...windowCounts(`${op} of ${showShape(images)}`, window, [height, width])];
}

/** Whether windows lie side by side without padding, so that no pixel is in two of them. */
export const isTiling = ({ kernel, stride, padding }: Window): boolean =>
  kernel.every((size, axis) => size === stride[axis]) && padding.every((size) => size === 0);

/** The rows and columns at the end of images that no window reaches. */
export const unreachedBy = (window: Window, images: Shape): Pair => [
  slideOf(window, images[2] as number, 0).unreached,
  slideOf(window, images[3] as number, 1).unreached,
];
