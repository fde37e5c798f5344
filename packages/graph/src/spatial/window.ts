import { fail } from "../error.ts";

/** A number for the vertical axis and one for the horizontal axis. */
export type Pair = readonly [height: number, width: number];

/** Numbers of rows and columns added around an image. */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];

/** A window that slides over an image, in a convolution or a pooling op. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** Distance between neighboring elements of the window. */
  readonly dilation: Pair;
}

/** Options of a window. A single number applies to both axes. */
export interface WindowOptions {
  /** Distance between neighboring windows; default 1. */
  readonly stride?: number | Pair;
  /** Rows added above and below, and columns added left and right; default 0. */
  readonly padding?: number | Pair;
  /** Distance between neighboring elements of a window; default 1, a window without gaps. */
  readonly dilation?: number | Pair;
}

/** Checks the options of a window and returns the window. */
export function windowOf(op: string, kernel: number | Pair, options: WindowOptions): Window {
  const { stride = 1, padding = 0, dilation = 1 } = options;
  const [vertical, horizontal] = pairOf(op, "padding", padding, 0);
  return {
    kernel: pairOf(op, "kernel", kernel, 1),
    stride: pairOf(op, "stride", stride, 1),
    padding: [vertical, horizontal, vertical, horizontal],
    dilation: pairOf(op, "dilation", dilation, 1),
  };
}

/** Checks an option and returns it as a pair of whole numbers. */
export function pairOf(op: string, name: string, value: number | Pair, minimum: number): Pair {
  const pair: Pair = typeof value === "number" ? [value, value] : value;
  const valid = Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= minimum);
  if (!valid) {
    fail(op, `${name} = ${JSON.stringify(value)}. Expected a whole number of at least ${minimum}, or a pair of them.`);
  }
  return pair;
}

/** Positions of a window along one axis of an image. */
export interface Slide {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first element. */
  readonly before: number;
  /** Padding after the last element. */
  readonly after: number;
  /** Length of a window from its first element to its last, gaps included. */
  readonly span: number;
  /** Number of windows; less than 1 if the image is smaller than a window. */
  readonly count: number;
  /** Number of elements at the end, padding included, that no window covers; less than the stride. */
  readonly unreached: number;
}

/** Returns the positions of a window along the vertical axis (0) or horizontal axis (1) of an image of a given size. */
export function slideOf({ kernel, stride, padding, dilation }: Window, size: number, axis: 0 | 1): Slide {
  const [top, left, bottom, right] = padding;
  const [before, after] = axis === 0 ? [top, bottom] : [left, right];
  const span = dilation[axis] * (kernel[axis] - 1) + 1;
  const room = size + before + after - span;
  return {
    kernel: kernel[axis],
    stride: stride[axis],
    dilation: dilation[axis],
    before,
    after,
    span,
    count: Math.floor(room / stride[axis]) + 1,
    unreached: room % stride[axis],
  };
}

/**
 * Returns the numbers of windows along both axes.
 * @throws GraphError if the image is smaller than a window
 */
export function windowCounts(op: string, window: Window, [height, width]: Pair): Pair {
  const countOf = (size: number, axis: 0 | 1): number => {
    const { span, before, after, count } = slideOf(window, size, axis);
    if (count >= 1) return count;
    const padded = before + after > 0 ? ` (${size + before + after} with padding)` : "";
    const lines = axis === 0 ? "rows" : "columns";
    return fail(op, `the window spans ${span} ${lines}, but the image has only ${size}${padded}`);
  };
  return [countOf(height, 0), countOf(width, 1)];
}
