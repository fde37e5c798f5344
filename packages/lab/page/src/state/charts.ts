import type { Epoch, XUnit } from "../../../src/api/types.ts";
import type { Curve, Curves } from "../../../src/api/wire.ts";
import { type ChartData, extentOf, type Mark, type Series } from "../plot/chart.ts";
import { type Colors, lookOf } from "../plot/colors.ts";
import { niceStep } from "../plot/scale.ts";
import { FIRST, textOf, titleOf, UNIT_NAMES } from "../text/metrics.ts";
import type { OpenRun } from "./runs.svelte.ts";
import type { View } from "./view.svelte.ts";

/** Half-lives of the smoothing in steps, for the slider; 0 shows raw values. */
export const HALF_LIVES = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000] as const;

/** Returns the half-life that fits the longest of some runs: about a hundredth of its steps. */
export function defaultHalfLife(open: readonly OpenRun[]): number {
  const rows = Math.max(0, ...open.map(({ progress }) => progress?.rows ?? 0));
  return rows < 100 ? 0 : Math.min(HALF_LIVES.at(-1) as number, niceStep(rows / 100));
}

/** Metrics of the opened runs: those that get a chart, and the constant ones with their values. */
export interface Metrics {
  readonly varying: readonly string[];
  readonly constant: readonly (readonly [name: string, value: number])[];
}

/** Divides the metrics into varying and constant ones. A metric whose value differs between runs has a chart too. */
export function metricsOf(open: readonly OpenRun[]): Metrics {
  const ranges = new Map<string, [number, number]>();
  for (const { details } of open) {
    for (const { name, min, max } of details?.metrics ?? []) {
      if (min === null || max === null) continue;
      const [low, high] = ranges.get(name) ?? [Infinity, -Infinity];
      ranges.set(name, [Math.min(low, min), Math.max(high, max)]);
    }
  }
  const place = (name: string): number => (FIRST as readonly string[]).indexOf(name) + 1 || FIRST.length + 1;
  const names = [...ranges.keys()].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
  const isConstant = (name: string): boolean => {
    const [low, high] = ranges.get(name) as [number, number];
    return low === high && name !== "loss" && name !== "accuracy";
  };
  return {
    varying: names.filter((name) => !isConstant(name)),
    constant: names.filter(isConstant).map((name) => [name, ranges.get(name)?.[0] as number]),
  };
}

interface ChartRequest {
  readonly metric: string;
  readonly open: readonly OpenRun[];
  readonly curvesOf: (id: string) => Curves | undefined;
  readonly view: View;
  readonly halfLife: number;
  readonly colors: Colors;
}

/** Returns the chart of a metric. */
export function chartOf({ metric, open, curvesOf, view, halfLife, colors }: ChartRequest): ChartData {
  const series = open.flatMap(({ id, details }, position): Series[] => {
    const curves = curvesOf(id);
    const curve = curves?.curves[metric];
    if (!curves || !curve) return [];
    const marks = marksOf(metric, details?.epochs ?? [], view.x);
    return [
      {
        id,
        label: id,
        ...lookOf(colors, position),
        x: curves.x,
        ...(metric === "batchSize" ? fullBatches(curve) : curve),
        marks,
      },
    ];
  });
  const part = open.flatMap(({ details }) => details?.epochs ?? []).find((epoch) => epoch.part !== null)?.part;
  const hasMarks = series.some(({ marks }) => marks.length > 0);
  return {
    title: titleOf(metric),
    xLabel: UNIT_NAMES[view.x],
    series,
    range: rangeOf(series, view),
    isLogX: view.isLogX,
    isLogY: view.logY.includes(metric),
    isSmoothed: halfLife > 0 && isMeasured(metric, open),
    isShare: metric === "accuracy",
    markName: hasMarks ? (part ?? "") : "",
    format: (value) => textOf(metric, value),
  };
}

/** Returns the visible range: the chosen one, or all steps. */
export function rangeOf(series: readonly Pick<Series, "x">[], { range, isLogX }: View): [number, number] {
  const all = extentOf(series, isLogX) ?? [1, 2];
  if (range === null) return all;
  const [from, to] = range;
  // Zero has no logarithm.
  return isLogX && from <= 0 ? [Math.min(all[0], to / 10), to] : [from, to];
}

function marksOf(metric: string, epochs: readonly Epoch[], unit: XUnit): Mark[] {
  if (metric !== "loss" && metric !== "accuracy") return [];
  return epochs.flatMap((epoch) => {
    const x = { step: epoch.steps - 1, epoch: epoch.epoch + 1, samples: epoch.samples, time: epoch.time }[unit];
    const y = epoch[metric];
    return x === null || y === null ? [] : [{ x, y }];
  });
}

/** The last batch of an epoch is smaller. The largest batch of a point shows the schedule, and the envelope the others. */
const fullBatches = (curve: Curve): Curve => ({ ...curve, mean: curve.max, smooth: curve.max });

/** Metrics that follow from the settings. Smoothing would distort them. */
const EXACT: ReadonlySet<string> = new Set(["batchSize", "noiseScale"]);

const isMeasured = (metric: string, open: readonly OpenRun[]): boolean =>
  !EXACT.has(metric) && !open.some(({ details }) => details?.hyperparameters.includes(metric));
