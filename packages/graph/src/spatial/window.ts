import { fail } from "../error.ts";

/** One number for rows and one for columns. */
export type Pair = readonly [height: number, width: number];

/** Rows and columns that are added around an image. */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];

/** A window that slides over an image, as convolutions and pools have it. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** The distance between neighbours in the window. */
  readonly dilation: Pair;
}

/** One number is for height and width. */
export interface WindowOptions {
  /** The distance between windows; default 1. */
  readonly stride?: number | Pair;
  /** Rows added above and below, columns left and right; default 0. */
  readonly padding?: number | Pair;
  /** The distance between neighbours in a window; default 1, which leaves nothing out. */
  readonly dilation?: number | Pair;
}

/** The window of some options, each of which is checked. */
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

/** An option as a pair of whole numbers. */
export function pairOf(op: string, name: string, value: number | Pair, least: number): Pair {
  const pair = typeof value === "number" ? [value, value] : value;
  const valid = Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= least);
  if (!valid) {
    fail(op, `${name} = ${JSON.stringify(value)}: expected a whole number of at least ${least}, or a pair of them`);
  }
  return [pair[0] as number, pair[1] as number];
}

/** How a window slides along one axis of an image. */
export interface Slide {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding. */
  readonly before: number;
  readonly after: number;
  /** From the first element of a window to its last, both included. */
  readonly span: number;
  /** How many windows; below 1 where the image is too small for one. */
  readonly count: number;
  /** How many elements at the end, padding included, no window reaches; less than the stride. */
  readonly unreached: number;
}

/** How a window slides along the rows (axis 0) or the columns (axis 1) of an image of this size. */
export function slideOf({ kernel, stride, padding, dilation }: Window, size: number, axis: 0 | 1): Slide {
  const [before, after] = [padding[axis], padding[axis + 2] as number];
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

/** How many windows there are down and across; calls `fail` where the image is too small for one. */
export function windowCounts(op: string, window: Window, [height, width]: Pair): Pair {
  const counts = [slideOf(window, height, 0), slideOf(window, width, 1)].map(({ span, before, after, count }, axis) => {
    if (count >= 1) return count;
    const size = [height, width][axis] as number;
    const padded = before + after > 0 ? ` and ${size + before + after} with its padding` : "";
    return fail(op, `the window spans ${span} ${axis === 0 ? "rows" : "columns"}, and the image has ${size}${padded}`);
  });
  return counts as unknown as Pair;
}
