import * as Plot from "@observablehq/plot";
import type { Ranking, ShareCurve } from "../evaluation/ranking.ts";
import { present } from "../present.ts";
import { valueAxis } from "./curve.ts";
import { DEFAULT_WIDTH, draw, isNarrow, type PlotOptions } from "./draw.ts";
import type { Mark } from "./frame.ts";
import type { LegendItem } from "./legend.ts";
import { number } from "./numbers.ts";
import { shorten } from "./text.ts";
import { COLORS } from "./theme.ts";

/** Ranking of a run with the names of its classes. */
export interface RankingData {
  readonly ranking: Ranking;
  readonly classNames: readonly string[];
}

interface Line {
  readonly name: string;
  readonly figure: string;
  readonly points: ShareCurve;
  readonly color: string;
  readonly width: number;
  readonly dash: string | undefined;
}

/** Colors and dashes of the classes, so that color is not the only difference. */
const LOOKS: readonly (readonly [color: string, dash: string | undefined])[] = [
  [COLORS.evaluation, undefined],
  [COLORS.third, "6 3"],
  [COLORS.fourth, "2 3"],
  [COLORS.training, "8 3 2 3"],
];

/** Maximum width of a class name in the legend, in pixels. */
const LONGEST = 170;

/** Font size of the legend in pixels. */
const FONT_SIZE = 12;

/** Plots the ROC curves of the mean and of the worst classes. Returns the text of an SVG file. */
export const rocPlot = (data: RankingData, { width = DEFAULT_WIDTH, title = "ROC curves" }: PlotOptions = {}): string =>
  shareCurves(linesOf(data, "roc", "auc"), {
    width,
    title,
    description: rocInWords(data),
    axes: ["false positive rate", "true positive rate"],
    diagonal: true,
    note: "The diagonal is a random order of the images.",
  });

/** Plots the precision-recall curves of the mean and of the worst classes. Returns the text of an SVG file. */
export const precisionRecallPlot = (
  data: RankingData,
  { width = DEFAULT_WIDTH, title = "Precision and recall" }: PlotOptions = {},
): string =>
  shareCurves(linesOf(data, "precisionRecall", "averagePrecision"), {
    width,
    title,
    description: precisionRecallInWords(data),
    axes: ["recall", "precision"],
    diagonal: false,
    note: "Each curve is one class against all others, over all thresholds of its probability.",
  });

/** Describes the ROC curves in one or two sentences. */
export const rocInWords = (data: RankingData): string =>
  inWords(data, "auc", "area under the ROC curve (AUC; 0.5 is a random order, 1 a perfect one)");

/** Describes the precision-recall curves in one or two sentences. */
export const precisionRecallInWords = (data: RankingData): string =>
  inWords(data, "averagePrecision", "average precision (AP; 1 is perfect)");

function inWords({ ranking, classNames }: RankingData, key: "auc" | "averagePrecision", name: string): string {
  const { macro } = ranking;
  if (macro === null) return "The evaluated images are of one class.";
  const values = ranking[key].flatMap((value, label) => (value === null ? [] : [{ value, label }]));
  const worst = values.reduce((least, one) => (one.value < least.value ? one : least));
  return `Mean ${name} of ${values.length} classes: ${number(macro[key], 4)}. Lowest: ${classNames[worst.label]}, ${number(worst.value, 4)}.`;
}

function linesOf(
  { ranking, classNames }: RankingData,
  curve: "roc" | "precisionRecall",
  key: "auc" | "averagePrecision",
): Line[] {
  const short = key === "auc" ? "AUC" : "AP";
  const figure = (value: number | null | undefined): string => `${short} ${number(value ?? Number.NaN, 4)}`;
  const { macro, curves } = ranking;
  if (macro === null) return [];
  const mean = {
    name: "mean of the classes",
    figure: figure(macro[key]),
    points: macro[curve],
    color: "currentColor",
    width: 2.5,
    dash: undefined,
  };
  const classes = curves.map((one, i): Line => {
    const [color, dash] = LOOKS[i % LOOKS.length] as (typeof LOOKS)[number];
    const name = shorten(classNames[one.label] ?? String(one.label), LONGEST, FONT_SIZE);
    return { name, figure: figure(ranking[key][one.label]), points: one[curve], color, width: 1.5, dash };
  });
  return [mean, ...classes];
}

interface ShareOptions {
  readonly width: number;
  readonly title: string;
  readonly description: string;
  readonly axes: readonly [x: string, y: string];
  /** True to draw the line of a random order. */
  readonly diagonal: boolean;
  readonly note: string;
}

function shareCurves(
  lines: readonly Line[],
  { width, title, description, axes: [x, y], diagonal, note }: ShareOptions,
): string {
  const format = (share: number): string => `${Math.round(100 * share)} %`;
  const height = isNarrow(width) ? 290 : 380;
  const [first] = lines;
  const marks: (Mark | null)[] = [
    Plot.gridX({ ticks: 5, strokeOpacity: 0.13 }),
    Plot.axisX({ ticks: 5, tickFormat: format, tickSize: 0, label: x, labelAnchor: "center", labelArrow: "none" }),
    ...valueAxis({ domain: [0, 1], format }, height),
    diagonal
      ? Plot.line([0, 1], { x: (v: number) => v, y: (v: number) => v, stroke: "currentColor", strokeOpacity: 0.4 })
      : null,
    // The mean is drawn last, above the classes.
    ...[...lines.slice(1), ...(first ? [first] : [])].map(({ points, color, width: strokeWidth, dash }) =>
      Plot.line(points, {
        x: (point: readonly number[]) => point[0] as number,
        y: (point: readonly number[]) => point[1] as number,
        stroke: color,
        strokeWidth,
        ...(dash === undefined ? {} : { strokeDasharray: dash }),
      }),
    ),
  ];
  return draw({
    width,
    title,
    description,
    legend: lines.map(
      ({ name, figure, color, dash }): LegendItem => ({ label: `${name} (${figure})`, color, sign: "line", dash }),
    ),
    panels: [
      {
        heading: y[0]?.toUpperCase() + y.slice(1),
        plot: {
          marginLeft: 52,
          marginRight: 22,
          marginTop: 8,
          marginBottom: 38,
          height,
          x: { domain: [0, 1] },
          y: { domain: [0, 1] },
          marks: present(marks),
        },
      },
    ],
    note,
  });
}
