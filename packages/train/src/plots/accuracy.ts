import { curves, curvesLegend } from "./curve.ts";
import { DEFAULT_WIDTH, draw, innerWidth, isNarrow, type PlotOptions } from "./draw.ts";
import { count, counted, percent } from "./numbers.ts";
import { smooth } from "./smooth.ts";
import { extent, quantile } from "./statistics.ts";
import {
  bestOf,
  evaluationCurve,
  evaluationName,
  finite,
  spanOf,
  stepCurve,
  type TrainingData,
} from "./training-data.ts";

/** Of the steps, the first ones, whose low accuracy would flatten what comes after. */
const WARMING_UP = 0.05;

/** The share of images in the right class, of each batch and of the evaluation after each epoch: an SVG file's text. */
export function accuracyPlot(
  data: TrainingData,
  { width = DEFAULT_WIDTH, title = "Accuracy" }: PlotOptions = {},
): string {
  const raw = stepCurve(data, "accuracy");
  const smoothed = smooth(raw);
  const evaluation = evaluationCurve(data, "accuracy");
  const best = bestOf(evaluation, (a, b) => a > b);
  const later = Math.floor(WARMING_UP * raw.length);
  const lowest = extent([
    ...[...smoothed.points.slice(later), ...evaluation].map(({ y }) => y),
    quantile(
      raw.slice(later).map(({ y }) => y),
      0.02,
    ),
  ])?.[0];
  const low = lowest === undefined ? 0 : Math.max(0, Math.floor(20 * lowest - 0.6) / 20);
  // Room for numbers of both axes in the corners.
  const domain = [low, 1 + 0.04 * (1 - low)] as const;
  const below = raw.filter(({ y }) => y < domain[0]).length;
  const notes = [
    `Smoothed: ${smoothed.formula}.`,
    ...(domain[0] > 0
      ? [
          `The axis begins at ${percent(domain[0], 0)}${below > 0 ? `: ${counted(below, "step")} of ${count(raw.length)} lie below it` : ""}.`,
        ]
      : []),
  ];
  return draw({
    width,
    title,
    description: accuracyInWords(data),
    legend: curvesLegend("training", smoothed, evaluationName(data)),
    panels: [
      {
        plot: curves(innerWidth(width, title), isNarrow(width) ? 230 : 300, {
          span: spanOf(data),
          raw,
          smoothed,
          evaluation,
          best: best && { point: best, label: `highest ${percent(best.y)}`, below: true },
          y: { domain, format: (y) => `${Number((100 * y).toPrecision(3))} %` },
        }),
      },
    ],
    note: notes.join(" "),
  });
}

/** What the plot shows, as a sentence or two. */
export function accuracyInWords(data: TrainingData): string {
  const last = finite(smooth(stepCurve(data, "accuracy")).points).at(-1);
  if (!last) return "No step has been taken yet.";
  const course = `The training accuracy, smoothed, was ${percent(last.y)} in the end.`;
  const evaluation = evaluationCurve(data, "accuracy");
  const best = bestOf(evaluation, (a, b) => a > b);
  const end = evaluation.at(-1);
  if (!best || !end) return course;
  const where = `On the ${evaluationName(data)} it was highest, ${percent(best.y)}, after epoch ${count(best.epoch + 1)}`;
  return `${course} ${where}${best === end ? ", the last." : `, and ${percent(end.y)} after the last, ${count(end.epoch + 1)}.`}`;
}
