import { defined } from "@downhill/optim/defined";
import * as Plot from "@observablehq/plot";
import { present } from "../present.ts";
import { sweepPositions } from "../sweep/positions.ts";
import type { SweepResult } from "../sweep/result.ts";
import { sweepInWords, sweptLabel, valueText } from "../sweep/words.ts";
import { capitalize } from "../text/index.ts";
import { MARGINS, valueAxis } from "./curve.ts";
import { DEFAULT_WIDTH, draw, innerWidth, type PlotOptions } from "./draw.ts";
import type { Mark } from "./frame.ts";
import { CHOSEN, frameBelow, type Look, look, type Marker, markerMarks, placeLabels } from "./markers.ts";
import { number } from "./numbers.ts";
import { extent } from "./statistics.ts";
import { widthOf } from "./text.ts";
import { COLORS } from "./theme.ts";

/** Margin beside the first and last value, as a share of the frame. */
const EDGE = 0.03;
const TICK_SIZE = 11;

/**
 * Plots the losses of a sweep against its values, with the chosen value. Several sweeps of one hyperparameter, such as
 * those of several optimizers, share a frame. Returns the text of an SVG file.
 */
export function sweepPlot(results: SweepResult | readonly SweepResult[], options: PlotOptions = {}): string {
  const all = isList(results) ? results : [results];
  const [first] = all;
  if (!first) throw new RangeError("sweepPlot: no results: expected at least one");
  const names = new Set(all.map(({ hyperparameter }) => hyperparameter));
  const axis = capitalize(sweptLabel(names.size === 1 ? first.hyperparameter : first.sweep));
  const { width = DEFAULT_WIDTH, title = `Sweep of ${axis.toLowerCase()}` } = options;
  const inner = innerWidth(width, title);
  const single = all.length === 1;
  const values = [...new Set(all.flatMap(({ curve }) => curve.value))].sort((a, b) => a - b);
  const placeOf = sweepPositions(first.hyperparameter, values);
  const { y, isCut } = lossDomain(all);
  const markers = all
    .flatMap(({ chosen, optimizer }, i): Marker[] =>
      chosen
        ? [
            single
              ? { ...CHOSEN, at: placeOf(chosen.value), label: `chosen ${valueText(chosen.value)}` }
              : { ...look(i), width: 1.5, at: placeOf(chosen.value), label: `${optimizer} ${valueText(chosen.value)}` },
          ]
        : [],
    )
    .sort((a, b) => a.at - b.at);
  const placed = placeLabels(markers, inner, (at) => (at + EDGE) / (1 + 2 * EDGE));
  const diverged = all.some(({ curve }) => curve.loss.includes(null));
  const notes = present([
    single && first.chosen ? "Shaded: values as good as the best, within the noise." : null,
    first.seeds > 1 ? "Band: range of the losses over the seeds." : null,
    diverged ? "×: diverged." : null,
    isCut ? "Losses above that of the untrained network are beyond the frame." : null,
  ]);
  return draw({
    width,
    title,
    description: all.map(sweepInWords).join(" "),
    legend: single
      ? [
          { label: lossLabel(first), color: COLORS.training, sign: "line" },
          ...(first.chosen ? [{ label: "chosen", color: CHOSEN.color, sign: "rule" } as const] : []),
        ]
      : all.map(({ optimizer, lr }, i) => ({
          label: `${optimizer}, lr ${valueText(lr)}`,
          sign: "line" as const,
          ...look(i),
        })),
    panels: [
      {
        heading: "Loss",
        plot: {
          ...frameBelow(placed, width),
          x: { type: "linear", domain: [-EDGE, 1 + EDGE] },
          y: { domain: y, clamp: true },
          marks: [
            single && first.chosen ? asGoodMark(first.chosen.interval, placeOf, y) : null,
            ...valuesAxis(values, placeOf, inner, axis.toLowerCase()),
            ...valueAxis({ domain: y }, 240),
            ...all.flatMap((result, i) => curveMarks(result, placeOf, y, look(i))),
            ...markers.flatMap((marker, i) => markerMarks(marker, placed.rows[i] as number, placed.side)),
          ],
        },
      },
    ],
    note: notes.join(" "),
  });
}

const isList = (results: SweepResult | readonly SweepResult[]): results is readonly SweepResult[] =>
  Array.isArray(results);

const lossLabel = ({ seeds, probe, part }: SweepResult): string =>
  `loss on ${probe} ${part} images${seeds > 1 ? `, mean of ${seeds} seeds` : ""}`;

function asGoodMark(
  [from, to]: readonly [number, number],
  placeOf: (value: number) => number,
  [y1, y2]: readonly [number, number],
): Mark {
  const bounds = [{ x1: placeOf(from) - EDGE / 2, x2: placeOf(to) + EDGE / 2 }];
  return Plot.rectX(bounds, { x1: "x1", x2: "x2", y1, y2, fill: "currentColor", fillOpacity: 0.07 });
}

/** Returns the mean loss with its band. A diverged value is a gap with a cross at the upper edge. */
function curveMarks(
  { curve }: SweepResult,
  placeOf: (value: number) => number,
  [low, high]: readonly [number, number],
  { color, dash }: Look,
): Mark[] {
  const inFrame = (loss: number | null | undefined): number =>
    typeof loss === "number" ? Math.min(high, Math.max(low, loss)) : Number.NaN;
  const points = curve.value.map((value, i) => ({
    x: placeOf(value),
    y: curve.loss[i] ?? Number.NaN,
    low: inFrame(curve.low[i]),
    high: inFrame(curve.high[i]),
  }));
  // A line along the upper edge of the frame would mislead.
  const visible = points.map((point) => (point.y <= high ? point : { ...point, y: Number.NaN }));
  return [
    Plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: color, fillOpacity: 0.18 }),
    Plot.line(visible, {
      x: "x",
      y: "y",
      stroke: color,
      strokeWidth: 2,
      ...defined({ strokeDasharray: dash }),
    }),
    Plot.dot(
      visible.filter(({ y }) => Number.isFinite(y)),
      { x: "x", y: "y", r: 3, fill: color },
    ),
    Plot.text(
      points.filter(({ low: least }) => Number.isNaN(least)),
      { x: "x", frameAnchor: "top", text: () => "×", dy: 8, fill: color, fontSize: 14 },
    ),
  ];
}

/** Returns an x axis with a tick at each value and a label where there is room. */
function valuesAxis(
  values: readonly number[],
  placeOf: (value: number) => number,
  width: number,
  label: string,
): Mark[] {
  const scale = (width - MARGINS.marginLeft - MARGINS.marginRight) / (1 + 2 * EDGE);
  let free = Number.NEGATIVE_INFINITY;
  const labelled = values.filter((value) => {
    const half = widthOf(number(value, 3), TICK_SIZE) / 2 + 2;
    const x = scale * placeOf(value);
    if (x - half < free) return false;
    free = x + half;
    return true;
  });
  const texts = new Map(labelled.map((value) => [placeOf(value), number(value, 3)]));
  const ticks = values.map(placeOf);
  return [
    Plot.gridX(ticks, { strokeOpacity: 0.13 }),
    Plot.axisX(ticks, {
      tickFormat: (place: number) => texts.get(place) ?? "",
      tickSize: 4,
      label,
      labelAnchor: "center",
      labelArrow: "none",
    }),
  ];
}

/** Returns the range of the losses, at most up to that of the untrained network, since diverging losses have no bound. */
function lossDomain(all: readonly SweepResult[]): {
  readonly y: readonly [number, number];
  readonly isCut: boolean;
} {
  const range = extent(all.flatMap(({ curve }) => [...curve.low, ...curve.high]).map((loss) => loss ?? Number.NaN));
  if (!range) return { y: [0, 1], isCut: false };
  const [least, most] = range;
  const before = Math.max(...all.map((result) => result.before));
  const isCut = before > least && most > before;
  const top = isCut ? before : most;
  const room = 0.05 * (top - least) || 0.05 * Math.abs(top) || 1;
  return { y: [least - room, top + room], isCut };
}
