import { defined } from "@downhill/optim/defined";
import * as Plot from "@observablehq/plot";
import { present } from "../present.ts";
import type { FinderResult } from "../range-test/result.ts";
import { finderInWords, rateText } from "../range-test/words.ts";
import { valueAxis } from "./curve.ts";
import { curveOf, downsample, type Point } from "./downsample.ts";
import { DEFAULT_WIDTH, draw, innerWidth, isNarrow, type PlotOptions } from "./draw.ts";
import type { Mark } from "./frame.ts";
import type { LegendItem } from "./legend.ts";
import { CHOSEN, frameBelow, type Look, look, type Marker, markerMarks, otherLook, placeLabels } from "./markers.ts";
import { rateAxis } from "./rate-axis.ts";
import { extent, quantile } from "./statistics.ts";
import { COLORS } from "./theme.ts";

/** Visible part of the final rise of the loss, relative to its fall. */
const RISE = 0.7;

/**
 * Plots the losses of a range test against the learning rates, with the suggested rates. Several tests, such as those of
 * several optimizers, share a frame, each with its chosen rate. Returns the text of an SVG file.
 */
export function finderPlot(
  results: FinderResult | readonly FinderResult[],
  { width = DEFAULT_WIDTH, title = "Learning-rate range test" }: PlotOptions = {},
): string {
  const all = isList(results) ? results : [results];
  const inner = innerWidth(width, title);
  const [only] = all;
  const single = all.length === 1 && only ? only : null;
  const markers = single ? suggestionMarkers(single) : chosenMarkers(all);
  const { y, isCut } = lossDomain(all);
  const x = rateDomain(all);
  const isLog = all.every(({ spacing }) => spacing === "exponential");
  const [low, high] = x;
  const placed = placeLabels(markers, inner, (lr) =>
    isLog ? Math.log(lr / low) / Math.log(high / low) : (lr - low) / (high - low),
  );
  const notes = present([
    single && trimmed(single).length > 0
      ? "Shaded: the first tenth of the steps and the last five, which only consensus uses. The other suggestions use a moving average, which lags behind the line."
      : null,
    all.some(({ curve }) => curve.low) ? "Band: interquartile range of the moving averages over the seeds." : null,
    isCut ? "The loss continues to rise beyond the frame." : null,
  ]);
  return draw({
    width,
    title,
    description: all.map(finderInWords).join(" "),
    legend: single ? singleLegend(single, markers) : all.map(({ optimizer }, i) => curveLegend(optimizer, i)),
    panels: [
      {
        heading: "Loss",
        plot: {
          ...frameBelow(placed, width),
          x: { type: isLog ? "log" : "linear", domain: x },
          y: { domain: y, clamp: true },
          marks: [
            single
              ? Plot.rectX(trimmed(single), {
                  x1: "from",
                  x2: "to",
                  y1: y[0],
                  y2: y[1],
                  fill: "currentColor",
                  fillOpacity: 0.07,
                })
              : null,
            ...rateAxis(x, isLog, isNarrow(width)),
            ...valueAxis({ domain: y }, 240),
            ...all.flatMap((result, i) => curveMarks(result, y, look(i), Math.ceil(inner / 2), single !== null)),
            ...markers.flatMap((marker, i) => markerMarks(marker, placed.rows[i] as number, placed.side)),
          ],
        },
      },
    ],
    note: notes.join(" "),
  });
}

const isList = (results: FinderResult | readonly FinderResult[]): results is readonly FinderResult[] =>
  Array.isArray(results);

function suggestionMarkers({ suggestions, choose, chosen }: FinderResult): Marker[] {
  const others = Object.entries(suggestions).filter(([name]) => name !== choose);
  return [
    ...(chosen ? [{ ...CHOSEN, at: chosen.lr, label: `${choose} ${rateText(chosen.lr)}` }] : []),
    ...others.flatMap(([name, suggestion], i) =>
      suggestion
        ? [{ ...otherLook(i), width: 1.5, at: suggestion.lr, label: `${name} ${rateText(suggestion.lr)}` }]
        : [],
    ),
  ].sort((a, b) => a.at - b.at);
}

const chosenMarkers = (all: readonly FinderResult[]): Marker[] =>
  all
    .flatMap(({ optimizer, chosen }, i) =>
      chosen ? [{ ...look(i), width: 1.5, at: chosen.lr, label: `${optimizer} ${rateText(chosen.lr)}` }] : [],
    )
    .sort((a, b) => a.at - b.at);

const curveLegend = (label: string, i: number): LegendItem => ({
  label,
  color: look(i).color,
  sign: "line",
  dash: look(i).dash,
});

const singleLegend = ({ curve, seeds, probe, choose }: FinderResult, markers: readonly Marker[]): LegendItem[] => [
  { label: curve.trend ? "loss, trend" : "loss, smoothed", color: COLORS.training, sign: "line" },
  {
    label: seeds > 1 ? "median of the seeds" : probe > 0 ? `on ${probe} images` : "each batch",
    color: COLORS.training,
    sign: "dots",
  },
  ...(markers.some(({ label }) => label.startsWith(choose))
    ? [{ label: `chosen, by ${choose}`, color: CHOSEN.color, sign: "rule" } as const]
    : []),
];

/** Returns the marks of one test: raw losses (if it is the only one), the band of the seeds and the trend. */
function curveMarks(
  { curve }: FinderResult,
  [low, high]: readonly [number, number],
  { color, dash }: Look,
  stretches: number,
  withLosses: boolean,
): (Mark | null)[] {
  const points = (values: readonly number[]): Point[] =>
    curve.lr.map((x, i) => ({ x, y: finiteOr(values[i], Number.NaN) }));
  const band = curve.lr.map((x, i) => ({
    x,
    low: Math.max(low, finiteOr(curve.low?.[i], high)),
    high: Math.min(high, finiteOr(curve.high?.[i], high)),
  }));
  const inFrame = ({ y }: Point): boolean => y >= low && y <= high;
  // A line along the upper edge of the frame would mislead.
  const line = points(lineOf(curve)).map((point) => (inFrame(point) ? point : { ...point, y: Number.NaN }));
  return [
    curve.low && curve.high
      ? Plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: color, fillOpacity: 0.18 })
      : null,
    withLosses
      ? Plot.dot(points(curve.loss).filter(inFrame), { x: "x", y: "y", r: 1.75, fill: color, fillOpacity: 0.55 })
      : null,
    Plot.line(downsample(curveOf(line), stretches), {
      x: "x",
      y: "y",
      stroke: color,
      strokeWidth: 2,
      ...defined({ strokeDasharray: dash }),
    }),
  ];
}

/** Returns the ends of the sweep that most suggestions ignore. */
function trimmed({ curve, steps }: FinderResult): { readonly from: number; readonly to: number }[] {
  const { lr } = curve;
  const [begin, end] = [Math.floor(steps / 10), lr.length - 5];
  if (begin >= end) return [];
  return [
    { from: lr[0] as number, to: lr[begin] as number },
    { from: lr[end] as number, to: lr.at(-1) as number },
  ];
}

function rateDomain(all: readonly FinderResult[]): readonly [number, number] {
  const [low, high] = extent(
    all.flatMap(({ curve, lowest, highest }) => (curve.lr.length > 1 ? [...curve.lr] : [lowest, highest])),
  ) as [number, number];
  return [low, high];
}

/** Returns the range from the lowest loss to somewhat above the initial loss, since a diverging loss has no upper bound. */
function lossDomain(all: readonly FinderResult[]): {
  readonly y: readonly [number, number];
  readonly isCut: boolean;
} {
  const smoothed = extent(all.flatMap(({ curve }) => lineOf(curve).map((value) => finiteOr(value, Number.NaN))));
  if (!smoothed) return { y: [0, 1], isCut: false };
  const raw = all.flatMap(({ curve }) => [...curve.loss]);
  const least = Math.min(smoothed[0], quantile(raw, 0.01));
  const start = Math.max(...all.map(({ curve }) => finiteOr(lineOf(curve)[0], least)));
  const cut = start + RISE * (start - least);
  const isCut = start > least && smoothed[1] > cut;
  const top = isCut ? cut : smoothed[1];
  const room = 0.05 * (top - least) || Math.abs(top) || 1;
  return { y: [least - room, top + room], isCut };
}

/** Returns the values of the line. Results of older versions have no trend. */
const lineOf = ({ trend, smoothed }: FinderResult["curve"]): readonly number[] => trend ?? smoothed;

const finiteOr = (value: number | null | undefined, other: number): number =>
  typeof value === "number" && Number.isFinite(value) ? value : other;
