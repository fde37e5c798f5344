import { defined } from "@downhill/optim/defined";
import {
  DEFAULT_WIDTH,
  draw,
  extent,
  innerWidth,
  isNarrow,
  look,
  MARGINS,
  type Panel,
  type PlotOptions,
  rateAxis,
  valueAxis,
} from "@downhill/train/plots";
import { visible } from "@downhill/train/text";
import * as Plot from "@observablehq/plot";
import type { Comparison, EntrantResult } from "../../comparison/comparison.ts";
import type { TriedRate } from "../../comparison/rate-search.ts";
import { decadesText, rateText } from "../words.ts";
import { entrantLegend, type Placed } from "./entrant-legend.ts";
import { planeOf, pointLabels } from "./labels.ts";

const ROW = 16;
/** Ratio of losses from which their axis is logarithmic. */
const LOG_FROM = 5;

type Range = readonly [low: number, high: number];

/**
 * Plots the losses of all entrants over the learning rates that they tried, with the chosen rates, and below them the range
 * of good rates of each. Returns the text of an SVG file.
 */
export function ratesPlot(comparison: Comparison, options: PlotOptions = {}): string {
  const { width = DEFAULT_WIDTH, title = "Sensitivity to the learning rate" } = options;
  const placed = comparison.entrants
    .map((entrant, place): Placed => ({ entrant, place }))
    .filter(({ entrant }) => entrant.tuning.tried.length > 0);
  const inner = innerWidth(width, title);
  const x = rateRange(placed.map(({ entrant }) => entrant));
  const hasDiverged = placed.some(({ entrant }) => entrant.tuning.tried.some(({ loss }) => loss === null));
  return draw({
    width,
    title,
    description: ratesInWords(comparison),
    legend: entrantLegend(placed, inner),
    panels: [lossPanel(placed, x, inner), goodPanel(placed, x, inner)],
    note: `Ring: chosen rate.${hasDiverged ? " ×: diverged." : ""} Each training of the search is one seed, evaluated on validation images.`,
  });
}

/** Returns the range of all rates, with room at both ends. */
function rateRange(entrants: readonly EntrantResult[]): Range {
  const [low, high] = extent(entrants.flatMap(({ tuning }) => tuning.tried.map(({ lr }) => lr))) ?? [1e-3, 1e-1];
  const room = Math.max(1.3, (high / low) ** 0.05);
  return [low / room, high * room];
}

function lossPanel(placed: readonly Placed[], x: Range, width: number): Panel {
  const losses = placed.flatMap(({ entrant }) => entrant.tuning.tried.map(({ loss }) => loss ?? Number.NaN));
  const [low, high] = extent(losses) ?? [0.5, 2];
  const isLog = low > 0 && high / low > LOG_FROM;
  const room = 0.06 * (high - low) || 0.05 * Math.abs(high) || 1;
  // The labels of the lowest points are below them.
  const y: Range = isLog ? [low / (high / low) ** 0.12, high * 1.1] : [low - 2 * room, high + room];
  const height = isNarrow(width) ? 230 : 290;
  const margins = { ...MARGINS, marginTop: 22, marginBottom: 8 };
  const plane = planeOf(margins, width, height, { x, y, isLogX: true, isLogY: isLog });
  const chosen = placed.flatMap(({ entrant, place }) => {
    const loss = entrant.lr === null ? null : lossAt(entrant.tuning.tried, entrant.lr);
    return loss === null ? [] : [{ place, x: entrant.lr as number, y: loss }];
  });
  return {
    heading: "Loss after the search's trainings",
    plot: {
      ...margins,
      height,
      x: { type: "log", domain: x, axis: null },
      y: { type: isLog ? "log" : "linear", domain: y },
      marks: [
        ...rateAxis(x, true, isNarrow(width)).slice(0, 1),
        ...valueAxis({ domain: y, log: isLog }, height),
        ...placed.flatMap(({ entrant, place }) => curveMarks(entrant, place)),
        ...chosen.map((point) =>
          Plot.dot([point], { x: "x", y: "y", r: 5.5, stroke: look(point.place).color, strokeWidth: 2, fill: "none" }),
        ),
        ...pointLabels(chosen, plane),
      ],
    },
  };
}

function curveMarks({ tuning: { tried } }: EntrantResult, place: number) {
  const { color, dash } = look(place);
  const points = [...tried]
    .sort((a, b) => a.lr - b.lr)
    .map(({ lr, loss }) => ({ x: lr, y: loss ?? Number.NaN, isDiverged: loss === null }));
  return [
    Plot.line(points, { x: "x", y: "y", stroke: color, strokeWidth: 1.75, ...defined({ strokeDasharray: dash }) }),
    Plot.dot(
      points.filter(({ isDiverged }) => !isDiverged),
      { x: "x", y: "y", r: 2.5, fill: color },
    ),
    Plot.text(
      points.filter(({ isDiverged }) => isDiverged),
      { x: "x", frameAnchor: "top", text: () => "×", dy: -8, fill: color, fontSize: 14 },
    ),
  ];
}

/** Returns the loss at a rate between two tried ones, on a line through both; null if it diverged. */
function lossAt(tried: readonly TriedRate[], lr: number): number | null {
  const sorted = [...tried].sort((a, b) => a.lr - b.lr);
  const above = sorted.findIndex((rate) => rate.lr >= lr);
  const [low, high] = [sorted[above - 1], sorted[above]];
  if (!high || high.loss === null) return null;
  if (high.lr === lr || !low || low.loss === null) return high.loss;
  const share = Math.log(lr / low.lr) / Math.log(high.lr / low.lr);
  return low.loss + share * (high.loss - low.loss);
}

/** Returns the rows with the range of good rates of each entrant, on the axis of the panel above. */
function goodPanel(placed: readonly Placed[], x: Range, width: number): Panel {
  return {
    heading: "Good rates: loss at most 10 % above the best",
    plot: {
      ...MARGINS,
      height: ROW * Math.max(1, placed.length) + 46,
      marginTop: 4,
      marginBottom: 42,
      x: { type: "log", domain: x },
      y: { type: "band", domain: placed.map(({ place }) => place), padding: 0, axis: null },
      marks: [
        ...rateAxis(x, true, isNarrow(width)),
        ...placed.flatMap(({ entrant, place }) => goodMarks(entrant, place)),
        ...placed.map(({ place }) =>
          Plot.text([{ place }], {
            y: "place",
            frameAnchor: "left",
            textAnchor: "end",
            dx: -8,
            text: () => String(place + 1),
            fill: look(place).color,
            fontWeight: 700,
          }),
        ),
      ],
    },
  };
}

function goodMarks({ tuning: { tried }, good, lr }: EntrantResult, place: number) {
  const { color } = look(place);
  const at = (rate: number) => ({ x: rate, place });
  const diverged = tried.filter(({ loss }) => loss === null).map((rate) => at(rate.lr));
  return [
    good
      ? Plot.ruleY([{ place, low: good.low, high: good.high }], {
          y: "place",
          x1: "low",
          x2: "high",
          stroke: color,
          strokeWidth: 6,
          strokeOpacity: 0.5,
        })
      : null,
    Plot.tickX(
      tried.filter(({ loss }) => loss !== null).map((rate) => at(rate.lr)),
      { x: "x", y: "place", stroke: color, insetTop: 4, insetBottom: 4 },
    ),
    Plot.text(diverged, { x: "x", y: "place", text: () => "×", fill: color, fontSize: 13 }),
    lr === null
      ? null
      : Plot.dot([at(lr)], { x: "x", y: "place", r: 4.5, stroke: color, strokeWidth: 2, fill: "none" }),
  ];
}

/** Describes the chosen rate of each entrant and the range of its good rates. */
export function ratesInWords({ entrants }: Comparison): string {
  const parts = entrants.flatMap(({ name, lr, good, status, tuning }) => {
    if (tuning.tried.length === 0) return [];
    if (status === "no rate") return [`${visible(name)} diverges at every rate`];
    if (!good) return [`${visible(name)} has diverged at every rate so far`];
    const chosen = lr === null ? "no rate chosen yet" : `rate ${rateText(lr)}`;
    return [
      `${visible(name)}: ${chosen}, good from ${rateText(good.low)} to ${rateText(good.high)} (${decadesText(good.decades)} decades)`,
    ];
  });
  return parts.length === 0 ? "No rate has been tried yet." : `${parts.join("; ")}.`;
}
