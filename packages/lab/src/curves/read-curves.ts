import type { XUnit } from "../api/types.ts";
import type { Curve, Curves } from "../api/wire.ts";
import { bucketsOf } from "./buckets.ts";
import type { Column } from "./column.ts";
import type { EpochTimes } from "./epoch-times.ts";
import type { MetricsFile } from "./metrics-file.ts";
import type { MetricsTable } from "./metrics-table.ts";
import { positionsOf } from "./positions.ts";

/** Request for curves of one run. */
export interface CurvesQuery {
  readonly names: readonly string[];
  readonly unit: XUnit;
  /** Visible range in the unit; the curves also have one point beyond each end. */
  readonly from: number;
  readonly to: number;
  /** Largest number of points of a curve. */
  readonly points: number;
  /** Steps after which the weight of a value in the smoothed curve has halved; 0 for none. */
  readonly halfLife: number;
  /** True if the horizontal axis is logarithmic. */
  readonly isLogarithmic: boolean;
}

/** Returns curves at the resolution of a plot: for each point, mean, minimum and maximum of the steps that it stands for. */
export function readCurves(
  { table, generation }: MetricsFile,
  query: CurvesQuery,
  run: { readonly stepsPerEpoch: number; readonly times: EpochTimes },
): Curves {
  const position = positionsOf(table, query.unit, run);
  const { rows } = table;
  const first = Math.max(0, lowerBound(rows, position, query.from) - 1);
  const last = Math.min(rows, lowerBound(rows, position, query.to) + 2);
  const edges = bucketsOf(first, Math.max(first, last), query.points, query.isLogarithmic);
  const points = edges.length - 1;
  const names = query.names.filter((name) => table.columns.has(name));
  const middle = (point: number): number =>
    Math.floor(((edges[point] as number) + (edges[point + 1] as number) - 1) / 2);
  const curves = names.map((name) => [
    name,
    curveOf(table, table.columns.get(name) as Column, edges, middle, query.halfLife),
  ]);
  return {
    rows,
    generation,
    points,
    isExact: points === Math.max(0, last - first),
    names,
    x: Float64Array.from({ length: points }, (_, point) => position(middle(point))),
    curves: Object.fromEntries(curves) as Record<string, Curve>,
  };
}

function curveOf(
  { smoother }: MetricsTable,
  column: Column,
  edges: readonly number[],
  middle: (point: number) => number,
  halfLife: number,
): Curve {
  const points = edges.length - 1;
  const [mean, min, max, smooth] = Array.from({ length: 4 }, () => new Float32Array(points)) as [
    ...[Float32Array, Float32Array, Float32Array, Float32Array],
  ];
  const smoothed = halfLife > 0 ? smoother.smooth(column, halfLife) : null;
  for (let point = 0; point < points; point++) {
    const found = column.summary(edges[point] as number, edges[point + 1] as number);
    mean[point] = found.mean;
    min[point] = found.min;
    max[point] = found.max;
    // The smoothed curve hardly changes within a point, so that its value in the middle represents it.
    smooth[point] = smoothed === null ? found.mean : (smoothed.at(middle(point)) as number);
  }
  return { mean, min, max, smooth };
}

/** Returns the first row whose position is at least `value`, for positions that never fall. */
function lowerBound(rows: number, position: (row: number) => number, value: number): number {
  let [low, high] = [0, rows];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (position(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
