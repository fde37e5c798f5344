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
import type { Advice } from "../advice.ts";
import { points, pointsInterval } from "./words.ts";

const LABEL_SIZE = 11;
const ROW = 26;

/** Row of the plot: a difference in percentage points. */
interface Row {
  readonly place: number;
  readonly name: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** True if it was kept, or, for the validation, if it is better. */
  readonly isKept: boolean;
}

/** Returns the differences that were measured, those of the questions first. */
export function rowsOf({ answers, validation, chosen }: Advice): Row[] {
  const questions = answers.flatMap((answer) =>
    answer.kind === "not asked"
      ? []
      : answer.candidates.flatMap(({ name, difference }) =>
          difference === null ? [] : [{ name, ...difference, isKept: name === answer.kept }],
        ),
  );
  const final =
    validation?.difference.interval && chosen
      ? [
          {
            name: `validation: ${chosen.name}`,
            mean: validation.difference.mean,
            interval: validation.difference.interval,
            isKept: validation.isBetter,
          },
        ]
      : [];
  return [...questions, ...final].map(({ name, mean, interval, isKept }, place) => ({
    place,
    name,
    mean: 100 * mean,
    low: 100 * interval[0],
    high: 100 * interval[1],
    isKept,
  }));
}

/** Plots the difference of each candidate with its 95 % interval. Returns the text of an SVG file. */
export function differencesPlot(advice: Advice, options: PlotOptions = {}): string {
  const { width = DEFAULT_WIDTH, title = "Differences of the candidates" } = options;
  const rows = rowsOf(advice);
  const inner = innerWidth(width, title);
  const narrow = isNarrow(width);
  const labels = rows.map(({ name }) => shorten(visible(name), narrow ? 110 : 0.4 * inner, LABEL_SIZE));
  const [low, high] = extent([0, ...rows.flatMap((row) => [row.low, row.high])]) ?? [-1, 1];
  const room = 0.04 * (high - low) || 1;
  return draw({
    width,
    title,
    description: differencesInWords(advice),
    panels: [
      {
        plot: {
          height: ROW * rows.length + 50,
          marginTop: 8,
          marginBottom: 42,
          marginLeft: 14 + Math.max(0, ...labels.map((label) => widthOf(label, LABEL_SIZE))),
          marginRight: 16,
          x: { type: "linear", domain: [low - room, high + room] },
          y: { type: "band", domain: rows.map(({ place }) => place), padding: 0, axis: null },
          marks: [
            Plot.gridX({ ticks: narrow ? 3 : 6, strokeOpacity: 0.13 }),
            Plot.axisX({
              ticks: narrow ? 3 : 6,
              tickFormat: (value: number) => number(value, 3).replace("-", "−"),
              tickSize: 4,
              label: "difference of accuracy (percentage points)",
              labelAnchor: "center",
              labelArrow: "none",
            }),
            Plot.ruleX([0], { strokeOpacity: 0.5 }),
            Plot.ruleY(rows, {
              y: "place",
              x1: "low",
              x2: "high",
              stroke: "currentColor",
              strokeOpacity: 0.45,
              strokeWidth: 5,
            }),
            Plot.dot(rows, {
              x: "mean",
              y: "place",
              r: 5,
              symbol: "diamond",
              fill: ({ isKept }: Row) => look(isKept ? 0 : 1).color,
            }),
            Plot.text(rows, {
              y: "place",
              frameAnchor: "left",
              textAnchor: "end",
              dx: -8,
              text: ({ place }: Row) => labels[place] as string,
              fontSize: LABEL_SIZE,
              fontWeight: 500,
            }),
          ],
        },
      },
    ],
    note: "Diamonds: mean over the seeds. Bars: 95 % interval. To the right of 0, a candidate is better than the settings in force.",
  });
}

/** Describes the differences that the plot shows. */
export function differencesInWords(advice: Advice): string {
  const texts = rowsOf(advice).map(
    ({ name, mean, low, high }) =>
      `${visible(name)}: ${points(mean / 100)} (${pointsInterval([low / 100, high / 100])})`,
  );
  return `Differences of accuracy in percentage points, with 95 % intervals. ${texts.join("; ")}.`;
}
