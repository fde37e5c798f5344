import * as Plot from "@observablehq/plot";
import { type Curve, downsample, type Point } from "./downsample.ts";
import { isNarrow } from "./draw.ts";
import type { Frame, Mark } from "./frame.ts";
import type { LegendItem } from "./legend.ts";
import { number } from "./numbers.ts";
import type { Smoothed } from "./smooth.ts";
import { type StepSpan, stepAxis } from "./step-axis.ts";
import { COLORS } from "./theme.ts";

/** Margins of a frame with curves, in pixels. */
export const MARGINS = { marginLeft: 52, marginRight: 14, marginBottom: 24 } as const;

/** Maximum number of evaluations that are drawn as dots. */
const MOST_DOTS = 60;

export interface Curves {
  readonly span: StepSpan;
  readonly raw: Curve;
  readonly smoothed: Smoothed;
  readonly evaluation: readonly Point[];
  /** Best evaluation, marked by a circle. */
  readonly best?: Point | undefined;
  readonly y: {
    readonly domain: readonly [number, number];
    readonly log?: boolean;
    readonly format?: (y: number) => string;
  };
}

/** Returns a frame with the raw curve of all steps (faint), the smoothed curve and the evaluations after epochs. */
export function curves(width: number, height: number, { span, raw, smoothed, evaluation, best, y }: Curves): Frame {
  const stretches = Math.ceil((width - MARGINS.marginLeft - MARGINS.marginRight) / 2);
  const thin = (curve: Curve) => downsample(curve, stretches).map((point) => ({ ...point, y: hide(point.y, y.log) }));
  // A raw value beyond the axis is a spike to its edge. The smoothed curve has a gap there, as a line along the edge would mislead.
  const visible = ({ y: value }: Point): boolean => value >= y.domain[0] && value <= y.domain[1];
  const smoothedThin = thin(smoothed.curve).map((point) => (visible(point) ? point : { ...point, y: Number.NaN }));
  const isSmoothed = smoothed.reach > 1;
  const inRange = evaluation.filter((point) => Number.isFinite(hide(point.y, y.log)));
  return {
    ...MARGINS,
    height,
    marginTop: 20,
    x: { domain: [0, Math.max(1, span.steps)] },
    y: { domain: y.domain, type: y.log ? "log" : "linear", clamp: true },
    marks: [
      ...stepAxis(span, width),
      ...valueAxis(y, height, span.epochEnds.length > 0),
      Plot.line(thin(raw), {
        x: "x",
        y: "y",
        stroke: COLORS.training,
        strokeOpacity: isSmoothed ? 0.3 : 1,
        strokeWidth: isSmoothed ? 0.8 : 2,
      }),
      isSmoothed ? Plot.line(smoothedThin, { x: "x", y: "y", stroke: COLORS.training, strokeWidth: 2 }) : null,
      Plot.line(
        evaluation.map((point) => ({ ...point, y: hide(point.y, y.log) })),
        {
          x: "x",
          y: "y",
          stroke: COLORS.evaluation,
          strokeWidth: 1.5,
          strokeDasharray: "5 3",
        },
      ),
      evaluation.length <= MOST_DOTS
        ? Plot.dot(inRange, { x: "x", y: "y", r: isNarrow(width) ? 3 : 3.5, fill: COLORS.evaluation })
        : null,
      best ? Plot.dot([best], { x: "x", y: "y", r: 6, stroke: COLORS.evaluation, strokeWidth: 1.5 }) : null,
    ],
  };
}

/** Returns a y axis with numbers on the left and faint grid lines. */
export function valueAxis(
  { domain, log = false, format = (value) => number(value, 6) }: Curves["y"],
  height: number,
  belowEpochs = false,
): Mark[] {
  const [low, high] = domain.map((y) => (log ? Math.log(y) : y)) as [number, number];
  // The word "epoch" leaves no room for a number at the upper end.
  const isHidden = (y: number): boolean => belowEpochs && (log ? Math.log(y) : y) > high - 0.03 * (high - low);
  const ticks = log ? logTicks(domain) : Math.max(2, Math.round(height / 45));
  return [
    Plot.gridY({ ticks: ticks as number, strokeOpacity: 0.13 }),
    Plot.axisY({
      ticks: ticks as number,
      tickFormat: (y: number) => (isHidden(y) ? "" : format(y)),
      tickSize: 0,
      tickPadding: 6,
      label: null,
    }),
  ];
}

/** Returns powers of ten, and with few decades also their multiples by 2 and 5, or by all digits. */
function logTicks([low, high]: readonly [number, number]): number[] {
  const decades = Math.log10(high / low);
  const factors = decades > 4 ? [1] : decades > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) ticks.push(Number((factor * 10 ** power).toPrecision(3)));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** Returns NaN, which is drawn as a gap, for a value without a logarithm. */
const hide = (y: number, log = false): number => (log && y <= 0 ? Number.NaN : y);

/** Returns the legend of {@link curves}. */
export const curvesLegend = (raw: string, smoothed: Smoothed, evaluation: string | null): LegendItem[] => [
  ...(smoothed.reach > 1
    ? [
        { label: `${raw}, smoothed`, color: COLORS.training, sign: "line" } as const,
        { label: "each step", color: COLORS.training, sign: "faint" } as const,
      ]
    : [{ label: `${raw}, each step`, color: COLORS.training, sign: "line" } as const]),
  ...(evaluation === null ? [] : [{ label: evaluation, color: COLORS.evaluation, sign: "dashed with dots" } as const]),
];
