import { sizeOf } from "../src/core/shape.ts";
import type { Convolution } from "../src/spatial/convolution.ts";
import type { Window } from "../src/spatial/window.ts";
import { indices, RULES, type Values } from "./evaluate.ts";

/** Convolutions, pools and norms in float64, computed by loops over single elements, for `evaluate`. */

const offsetIn = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((offset, place, axis) => offset * (shape[axis] as number) + place, 0);

const zeros = (shape: readonly number[]): number[] => new Array<number>(sizeOf(shape)).fill(0);

/** Calls `visit` with the image position of each tap of a window that lies inside the image. */
function eachTap(
  { kernel, stride, padding, dilation }: Window,
  [height, width]: readonly number[],
  [row, column]: readonly number[],
  visit: (row: number, column: number, tapRow: number, tapColumn: number) => void,
): void {
  for (const [i, j] of indices(kernel) as [number, number][]) {
    const y = (row as number) * stride[0] - padding[0] + i * dilation[0];
    const x = (column as number) * stride[1] - padding[1] + j * dilation[1];
    if (y >= 0 && y < (height as number) && x >= 0 && x < (width as number)) visit(y, x, i, j);
  }
}

/** Calls `visit` with the offsets in x, weight and y of each product in a convolution. */
function eachProduct(
  x: readonly number[],
  weight: readonly number[],
  y: readonly number[],
  convolution: Convolution,
  visit: (x: number, weight: number, y: number) => void,
): void {
  const ofGroup = weight[1] as number;
  const filtersOfGroup = (weight[0] as number) / convolution.groups;
  for (const [n, o, row, column] of indices(y) as [number, number, number, number][]) {
    const first = Math.floor(o / filtersOfGroup) * ofGroup;
    eachTap(convolution, x.slice(2), [row, column], (h, w, i, j) => {
      for (let c = 0; c < ofGroup; c++) {
        visit(offsetIn(x, [n, first + c, h, w]), offsetIn(weight, [o, c, i, j]), offsetIn(y, [n, o, row, column]));
      }
    });
  }
}

/** Offset of the first largest element of each window in the images, and offset of the window in the result. */
function eachLargest(x: Values, window: Window, y: readonly number[], visit: (x: number, y: number) => void): void {
  for (const [n, c, row, column] of indices(y) as [number, number, number, number][]) {
    let best = -1;
    eachTap(window, x.shape.slice(2), [row, column], (h, w) => {
      const place = offsetIn(x.shape, [n, c, h, w]);
      if (best === -1 || (x.data[place] as number) > (x.data[best] as number)) best = place;
    });
    visit(best, offsetIn(y, [n, c, row, column]));
  }
}

/** Calls `visit` with the offset of each pixel in a window of an average pool, and with 1 / (number of pixels). */
function eachShare(
  images: readonly number[],
  { window, countIncludePad }: { readonly window: Window; readonly countIncludePad: boolean },
  y: readonly number[],
  visit: (x: number, y: number, share: number) => void,
): void {
  for (const [n, c, row, column] of indices(y) as [number, number, number, number][]) {
    const inside: number[] = [];
    eachTap(window, images.slice(2), [row, column], (h, w) => inside.push(offsetIn(images, [n, c, h, w])));
    const count = countIncludePad ? sizeOf(window.kernel) : inside.length;
    for (const place of inside) visit(place, offsetIn(y, [n, c, row, column]), 1 / count);
  }
}

/** Group of each element: its channel, or its row of the axes from `axis` on. */
const channelOf = ({ shape }: Values): number[] => indices(shape).map((index) => index[1] as number);
const rowOf = ({ shape }: Values, axis: number): number[] => {
  const size = sizeOf(shape.slice(axis));
  return Array.from({ length: sizeOf(shape) }, (_, i) => Math.floor(i / size));
};

/** Mean and variance of each group of elements. */
function statistics(data: ArrayLike<number>, groups: readonly number[]): { mean: number[]; variance: number[] } {
  const count = Math.max(...groups) + 1;
  const average = (of: (value: number, group: number) => number): number[] => {
    const sums = zeros([count]);
    for (const [i, group] of groups.entries()) sums[group] = (sums[group] as number) + of(data[i] as number, group);
    return sums.map((sum) => (sum * count) / groups.length);
  };
  const mean = average((value) => value);
  return { mean, variance: average((value, group) => (value - (mean[group] as number)) ** 2) };
}

function standardized(x: Values, axis: number, eps: number): number[] {
  const rows = rowOf(x, axis);
  const { mean, variance } = statistics(x.data, rows);
  return rows.map(
    (row, i) => ((x.data[i] as number) - (mean[row] as number)) / Math.sqrt((variance[row] as number) + eps),
  );
}

Object.assign(RULES, {
  conv2d: ([x, weight, bias], attributes, { shape }) => {
    const y = indices(shape).map((index) => (bias ? (bias.data[index[1] as number] as number) : 0));
    eachProduct(x.shape, weight.shape, shape, attributes, (i, j, k) => {
      y[k] = (y[k] as number) + x.data[i] * weight.data[j];
    });
    return y;
  },
  conv2dInputGradient: ([dy, weight], { inputShape, convolution }) => {
    const x = zeros(inputShape);
    eachProduct(inputShape, weight.shape, dy.shape, convolution, (i, j, k) => {
      x[i] = (x[i] as number) + dy.data[k] * weight.data[j];
    });
    return x;
  },
  conv2dWeightGradient: ([x, dy], attributes, { shape }) => {
    const weight = zeros(shape);
    eachProduct(x.shape, shape, dy.shape, attributes, (i, j, k) => {
      weight[j] = (weight[j] as number) + x.data[i] * dy.data[k];
    });
    return weight;
  },
  maxPool2d: ([x], window, { shape }) => {
    const y = zeros(shape);
    eachLargest(x, window, shape, (i, j) => {
      y[j] = x.data[i];
    });
    return y;
  },
  maxPool2dGradient: ([x, y, dy], window) => {
    const dx = zeros(x.shape);
    eachLargest(x, window, y.shape, (i, j) => {
      dx[i] = (dx[i] as number) + dy.data[j];
    });
    return dx;
  },
  maxPool2dSelect: ([x, y, values], window) => {
    const chosen = zeros(y.shape);
    eachLargest(x, window, y.shape, (i, j) => {
      chosen[j] = values.data[i];
    });
    return chosen;
  },
  avgPool2d: ([x], attributes, { shape }) => {
    const y = zeros(shape);
    eachShare(x.shape, attributes, shape, (i, j, share) => {
      y[j] = (y[j] as number) + x.data[i] * share;
    });
    return y;
  },
  avgPool2dGradient: ([dy], attributes, { shape }) => {
    const dx = zeros(shape);
    eachShare(shape, attributes, dy.shape, (i, j, share) => {
      dx[i] = (dx[i] as number) + dy.data[j] * share;
    });
    return dx;
  },
  channelMean: ([x]) => statistics(x.data, channelOf(x)).mean,
  channelAffine: ([x, scale, shift]) =>
    channelOf(x).map((channel, i) => x.data[i] * scale.data[channel] + shift.data[channel]),
  standardize: ([x], { axis, eps }) => standardized(x, axis, eps),
  inverseDeviation: ([x], { axis, eps }) =>
    statistics(x.data, rowOf(x, axis)).variance.map((variance) => 1 / Math.sqrt(variance + eps)),
  layerNorm: ([x, weight, bias], { axis, eps }) =>
    standardized(x, axis, eps).map((value, i) => {
      const place = i % weight.data.length;
      return value * weight.data[place] + (bias ? bias.data[place] : 0);
    }),
  batchNorm: ([value]) => value.data,
  // biome-ignore lint/suspicious/noExplicitAny: each op has its own inputs and attributes
} satisfies Record<string, (inputs: any[], attributes: any, output: any) => ArrayLike<number>>);
