import {
  DEFAULT_WIDTH,
  draw,
  extent,
  innerWidth,
  isNarrow,
  look,
  number,
  type PlotOptions,
  shorten,
  widthOf,
} from "@downhill/train/plots";
import { visible } from "@downhill/train/text";
import * as Plot from "@observablehq/plot";
import type { Comparison, EntrantResult } from "../../comparison/comparison.ts";
import { trainedOf } from "../../comparison/entrant-trials.ts";
import type { Measure } from "../../comparison/facts.ts";
import { scoreOf } from "../../comparison/score.ts";
import { intervalText, MEASURE_NAMES, scoreText, shownInterval, statusText } from "../words.ts";

const LABEL_SIZE = 11;
const ROW = 26;

/** Row of the plot. */
interface Row {
  readonly label: string;
  readonly place: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Scores of the single seeds. */
  readonly values: readonly number[];
  /** Text to the right of the frame. */
  readonly text: string;
  /** State of an entrant without a score; empty with one. */
  readonly status: string;
}

/**
 * Plots the score of each entrant with its 95 % interval and the single seeds, the best entrant first. Returns the text of an
 * SVG file.
 */
export function rankingPlot(comparison: Comparison, options: PlotOptions = {}): string {
  const { facts, entrants } = comparison;
  const { measure, seeds } = facts;
  const { width = DEFAULT_WIDTH, title = `Entrants by ${MEASURE_NAMES[measure]}` } = options;
  const inner = innerWidth(width, title);
  const narrow = isNarrow(width);
  const rows = entrants.map((entrant, place) => rowOf(comparison, entrant, place, narrow ? 96 : inner * 0.36));
  const marginLeft = 14 + Math.max(...rows.map(({ label }) => widthOf(label, LABEL_SIZE)));
  const marginRight = 12 + Math.max(...rows.map(({ text }) => widthOf(text, LABEL_SIZE)));
  const domain = domainOf(rows);
  const scored = rows.filter(({ mean }) => Number.isFinite(mean));
  return draw({
    width,
    title,
    description: rankingInWords(comparison),
    panels: [
      {
        plot: {
          height: ROW * rows.length + 50,
          marginTop: 8,
          marginBottom: 42,
          marginLeft,
          marginRight,
          x: { type: "linear", domain },
          y: { type: "band", domain: rows.map(({ place }) => place), padding: 0, axis: null },
          marks: [
            Plot.gridX({ ticks: narrow ? 3 : 6, strokeOpacity: 0.13 }),
            Plot.axisX({
              ticks: narrow ? 3 : 6,
              tickFormat: axisFormat(measure),
              tickSize: 4,
              label: axisLabel(measure, facts.data.part),
              labelAnchor: "center",
              labelArrow: "none",
            }),
            ...rows.map(({ label, place }) => leftText(label, place)),
            Plot.ruleY(scored, {
              y: "place",
              x1: "low",
              x2: "high",
              stroke: "currentColor",
              strokeOpacity: 0.45,
              strokeWidth: 5,
            }),
            ...scored.map((row) =>
              Plot.dot(
                row.values.map((x) => ({ x, place: row.place })),
                { x: "x", y: "place", r: 3, stroke: look(row.place).color, strokeWidth: 1.25, dy: 0 },
              ),
            ),
            ...scored.map((row) =>
              Plot.dot([row], { x: "mean", y: "place", r: 5, fill: look(row.place).color, symbol: "diamond" }),
            ),
            ...rows.map(({ text, place }) => rightText(text, place)),
            ...rows
              .filter(({ status }) => status !== "")
              .map(({ status, place }) =>
                leftText(shorten(status, 0.9 * (inner - marginLeft - marginRight), LABEL_SIZE), place, 6),
              ),
          ],
        },
      },
    ],
    note: noteOf(scored, seeds.length),
  });
}

/** Explains the marks; empty without any. */
function noteOf(scored: readonly Row[], seeds: number): string {
  if (scored.length === 0) return "";
  if (seeds === 1) return "One seed has no interval.";
  const bars = scored.some(({ low }) => Number.isFinite(low)) ? " Bars: 95 % interval of the mean (Student's t)." : "";
  return `Diamonds: mean over the seeds. Circles: single seeds.${bars}`;
}

function rowOf(
  { facts: { measure, target }, facts }: Comparison,
  entrant: EntrantResult,
  place: number,
  labelWidth: number,
): Row {
  const { score, name } = entrant;
  const [low, high] = (score && shownInterval(measure, score)) ?? [Number.NaN, Number.NaN];
  return {
    label: shorten(`${place + 1} ${visible(name)}`, labelWidth, LABEL_SIZE),
    place,
    mean: score?.mean ?? Number.NaN,
    low,
    high,
    values: trainedOf(entrant).map((trained) => scoreOf(trained, measure, target) ?? Number.NaN),
    text: score ? scoreText(measure, score.mean) : "",
    status: score ? "" : statusText(entrant, facts),
  };
}

/** Writes into the row of an entrant: its name beside the frame, or its state at the left end of the frame. */
const leftText = (label: string, place: number, dx = -8) =>
  Plot.text([{ place }], {
    y: "place",
    frameAnchor: "left",
    textAnchor: dx < 0 ? "end" : "start",
    dx,
    text: () => label,
    fontSize: LABEL_SIZE,
    ...(dx < 0 ? {} : { fillOpacity: 0.75 }),
  });

const rightText = (text: string, place: number) =>
  Plot.text([{ place }], {
    y: "place",
    frameAnchor: "right",
    textAnchor: "start",
    dx: 8,
    text: () => text,
    fontSize: LABEL_SIZE,
    fontWeight: 600,
  });

/** Returns the range of all scores and intervals, with room at both ends. */
function domainOf(rows: readonly Row[]): [number, number] {
  const [low, high] = extent(rows.flatMap((row) => [row.mean, row.low, row.high, ...row.values])) ?? [0, 1];
  const room = 0.04 * (high - low) || 0.05 * Math.abs(high) || 1;
  return [low - room, high + room];
}

const axisFormat =
  (measure: Measure) =>
  (value: number): string =>
    measure === "accuracy" ? number(100 * value, 6) : number(value, 6);

const axisLabel = (measure: Measure, part: string): string =>
  ({
    accuracy: `accuracy on ${part} images (%)`,
    loss: `loss on ${part} images`,
    seconds: "training time to the target accuracy (s)",
    updates: "updates to the target accuracy",
  })[measure];

/** Describes the order of the entrants with their scores. */
export function rankingInWords({ entrants, facts }: Comparison): string {
  const { measure } = facts;
  const parts = entrants.map((entrant, place) => {
    const name = `${place + 1} ${visible(entrant.name)}`;
    const { score } = entrant;
    if (!score) return `${name}: ${statusText(entrant, facts)}`;
    const interval = score.interval ? `, 95 % interval ${intervalText(measure, score)}` : "";
    return `${name}: ${scoreText(measure, score.mean)}${interval}`;
  });
  return `Entrants by ${MEASURE_NAMES[measure]}, the best first. ${parts.join("; ")}.`;
}
