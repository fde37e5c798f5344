import type { Colors } from "./colors.ts";
import { padded, type Scale, scaleOf } from "./scale.ts";

/** Curve of one run. */
export interface Series {
  readonly id: string;
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
  readonly x: Float64Array;
  readonly mean: Float32Array;
  readonly min: Float32Array;
  readonly max: Float32Array;
  readonly smooth: Float32Array;
  /** Evaluations at the ends of epochs. */
  readonly marks: readonly Mark[];
}

export interface Mark {
  readonly x: number;
  readonly y: number;
}

/** Contents of a chart. */
export interface ChartData {
  readonly title: string;
  readonly xLabel: string;
  readonly series: readonly Series[];
  /** Visible range of the horizontal axis. */
  readonly range: readonly [number, number];
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  /** True if smoothed lines are shown before the raw values. */
  readonly isSmoothed: boolean;
  /** True if the values are shares, which the axis shows as percentages. */
  readonly isShare: boolean;
  /** Name of the marks, such as "test"; empty if there are none. */
  readonly markName: string;
  readonly format: (value: number) => string;
}

/** Position of the axes in a chart. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: Scale;
  readonly y: Scale;
}

export interface Drawing {
  readonly data: ChartData;
  readonly frame: Frame;
  readonly colors: Colors;
  /** Position of the cursor in units of the horizontal axis; null for none. */
  readonly cursor: number | null;
}

const MARGIN = { left: 58, right: 12, bottom: 38 } as const;

/** Returns the frame of a chart. The vertical axis fits the visible values. */
export function frameOf(data: ChartData, width: number, height: number, top: number): Frame {
  const [left, right, bottom] = [MARGIN.left, width - MARGIN.right, height - MARGIN.bottom];
  const x = scaleOf(data.range, [left, right], data.isLogX);
  const y = scaleOf(verticalRange(data), [bottom, top], data.isLogY);
  return { width, height, left, right, top, bottom, x, y };
}

function verticalRange({ series, range: [from, to], isLogY }: ChartData): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  const include = (value: number): void => {
    if (!Number.isFinite(value) || (isLogY && value <= 0)) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const { x, mean, smooth, marks } of series) {
    for (let i = 0; i < x.length; i++) {
      const place = x[i] as number;
      if (place < from || place > to) continue;
      include(mean[i] as number);
      include(smooth[i] as number);
    }
    for (const mark of marks) if (mark.x >= from && mark.x <= to) include(mark.y);
  }
  return padded(low, high, isLogY);
}

/** Returns the index of the point that is nearest to a position; -1 for no points. */
export function nearest(x: Float64Array, position: number): number {
  let [low, high] = [0, x.length - 1];
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) < position) low = middle + 1;
    else high = middle;
  }
  const before = low - 1;
  return before >= 0 && position - (x[before] as number) < (x[low] as number) - position ? before : low;
}

/** Returns the smallest and largest position of some series; null if they have no points. */
export function extentOf(series: readonly Pick<Series, "x">[], isLog: boolean): [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const { x } of series) {
    for (const value of [x[0], x.at(-1)]) {
      if (value === undefined || !Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (isLog && low <= 0) low = x.find((value) => value > 0) ?? 1;
  }
  if (low > high) return null;
  return low === high ? [low, low + 1] : [low, high];
}
