import { defined } from "@downhill/optim/defined";
import {
  count,
  DEFAULT_WIDTH,
  draw,
  extent,
  innerWidth,
  isNarrow,
  look,
  MARGINS,
  number,
  type Panel,
  type PlotOptions,
  percent,
  valueAxis,
} from "@downhill/train/plots";
import { visible } from "@downhill/train/text";
import * as Plot from "@observablehq/plot";
import type { Comparison } from "../../comparison/comparison.ts";
import { trainedOf } from "../../comparison/entrant-trials.ts";
import { entrantLegend, type Placed } from "./entrant-legend.ts";
import { endLabels, planeOf } from "./labels.ts";
import { type CurveAt, type CurveScore, type EntrantCurves, entrantCurves, type Progress } from "./mean-curve.ts";

export interface CurvesOptions extends PlotOptions {
  /** Axes below the curves, one panel for each; default both. */
  readonly over?: readonly Progress[];
  /** Score of the curves; default the loss if entrants are ranked by it, else the accuracy. */
  readonly score?: CurveScore;
}

const TITLES = { updates: "over updates", seconds: "over training time in seconds" } as const;

/** Ratio of losses from which their axis is logarithmic. */
const LOG_FROM = 10;

/** Returns the score that curves show by default. */
export const curveScore = ({ facts: { measure } }: Comparison): CurveScore =>
  measure === "loss" ? "loss" : "accuracy";

/**
 * Plots the evaluations of the compared trainings after each epoch: the mean over the seeds, with the single seeds behind it.
 * Returns the text of an SVG file.
 */
export function comparedCurvesPlot(comparison: Comparison, options: CurvesOptions = {}): string {
  const { over = ["updates", "seconds"], score = curveScore(comparison), width = DEFAULT_WIDTH } = options;
  const { title = `${score === "loss" ? "Loss" : "Accuracy"} of the compared trainings` } = options;
  const placed = comparison.entrants
    .map((entrant, place): Placed => ({ entrant, place }))
    .filter(({ entrant }) => trainedOf(entrant).length > 0);
  const inner = innerWidth(width, title);
  const { seeds } = comparison.facts;
  return draw({
    width,
    title,
    description: curvesInWords(comparison, score),
    legend: entrantLegend(placed, inner),
    panels: over.map((progress) => panel(comparison, placed, progress, score, inner)),
    note: `Evaluated on validation images after each epoch.${seeds.length > 1 ? " Bold: mean over the seeds. Faint: single seeds." : ""}`,
  });
}

function panel(
  { facts: { target } }: Comparison,
  placed: readonly Placed[],
  progress: Progress,
  score: CurveScore,
  width: number,
): Panel {
  const all = placed.map(({ entrant, place }) => ({ place, ...entrantCurves(entrant, progress, score) }));
  const points = all.flatMap(({ seeds }) => seeds.flat());
  const [low, high] = extent(points.map(({ y }) => y)) ?? [0, 1];
  const isLog = score === "loss" && low > 0 && high / low > LOG_FROM;
  const room = 0.05 * (high - low) || 0.05;
  const goal = score === "accuracy" ? target : null;
  const y: [number, number] = isLog
    ? [low / 1.1, high * 1.1]
    : [low - room, score === "accuracy" ? Math.min(1.005, Math.max(high, goal ?? 0) + room) : high + room];
  const x: [number, number] = [0, 1.01 * (extent(points.map(({ x: at }) => at))?.[1] || 1)];
  const height = isNarrow(width) ? 220 : 270;
  const margins = { ...MARGINS, marginTop: 10, marginRight: 26, marginBottom: 26 };
  const plane = planeOf(margins, width, height, { x, y, isLogX: false, isLogY: isLog });
  const format = score === "accuracy" ? (value: number) => `${number(100 * value, 4)} %` : undefined;
  return {
    heading: `${score === "loss" ? "Loss" : "Accuracy"} ${TITLES[progress]}`,
    plot: {
      ...margins,
      height,
      x: { type: "linear", domain: x },
      y: { type: isLog ? "log" : "linear", domain: y },
      marks: [
        ...valueAxis({ domain: y, log: isLog, ...defined({ format }) }, height),
        Plot.axisX({
          ticks: Math.max(3, Math.round(width / 110)),
          tickFormat:
            progress === "updates"
              ? (at: number) => (Number.isInteger(at) ? count(at) : "")
              : (at: number) => number(at),
          tickSize: 4,
          label: null,
        }),
        goal === null ? null : Plot.ruleY([goal], { strokeOpacity: 0.6, strokeDasharray: "4 4" }),
        ...all.flatMap(({ place, seeds, mean }) => curveMarks(place, { seeds, mean })),
        ...endLabels(
          all.flatMap(({ place, mean }) => {
            const end = mean.filter(({ y: value }) => Number.isFinite(value)).at(-1);
            return end ? [{ place, ...end }] : [];
          }),
          plane,
        ),
      ],
    },
  };
}

function curveMarks(place: number, { seeds, mean }: EntrantCurves) {
  const { color, dash } = look(place);
  const axes = { x: "x", y: "y" } as const;
  const single = (curve: readonly CurveAt[]) =>
    Plot.line(curve, { ...axes, stroke: color, strokeWidth: 0.8, strokeOpacity: 0.3 });
  return [
    ...(seeds.length > 1 ? seeds.map(single) : []),
    Plot.line(mean, { ...axes, stroke: color, strokeWidth: 2, ...defined({ strokeDasharray: dash }) }),
    // A curve of one epoch has no line.
    Plot.dot(mean.length === 1 && seeds.length > 1 ? seeds.flat() : [], {
      ...axes,
      r: 2,
      fill: color,
      fillOpacity: 0.4,
    }),
    Plot.dot(
      mean.filter(({ y }) => Number.isFinite(y)),
      { ...axes, r: mean.length > 1 ? 2.25 : 3.5, fill: color },
    ),
  ];
}

/** Describes the last point of each mean curve. */
export function curvesInWords({ entrants }: Comparison, score: CurveScore): string {
  const parts = entrants.flatMap((entrant) => {
    const end = entrantCurves(entrant, "updates", score).mean.at(-1);
    if (!end || !Number.isFinite(end.y)) return [];
    return [
      `${visible(entrant.name)} ${score === "loss" ? number(end.y, 3) : percent(end.y)} after ${count(end.x)} updates`,
    ];
  });
  if (parts.length === 0) return "No compared training has ended yet.";
  return `Mean over the seeds at the end: ${parts.join("; ")}.`;
}
