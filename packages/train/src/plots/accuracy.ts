import { defined } from "@downhill/optim/defined";
import { present } from "../present.ts";
import { curves, curvesLegend } from "./curve.ts";
import { DEFAULT_WIDTH, draw, innerWidth, isNarrow, type PlotOptions } from "./draw.ts";
import { count, counted, percent } from "./numbers.ts";
import { smooth } from "./smooth.ts";
import { countOf, extent, quantile, select } from "./statistics.ts";
import {
  bestOf,
  evaluationCurve,
  evaluationName,
  spanOf,
  stepCurve,
  type TrainingData,
  withTable,
} from "./training-data.ts";

/** Share of the steps at the start that the y axis ignores: their low accuracy would flatten the rest. */
const WARMING_UP = 0.05;

/** Plots the accuracy of each batch and of the evaluation after each epoch. Returns the text of an SVG file. */
export function accuracyPlot(
  training: TrainingData,
  { width = DEFAULT_WIDTH, title = "Accuracy" }: PlotOptions = {},
): string {
  const data = withTable(training);
  const raw = stepCurve(data, "accuracy");
  const smoothed = smooth(raw);
  const evaluation = evaluationCurve(data, "accuracy");
  const best = bestOf(evaluation, (a, b) => a > b);
  const later = Math.floor(WARMING_UP * raw.y.length);
  const lowest = extent([
    extent(smoothed.curve.y.subarray(later))?.[0] ?? Number.NaN,
    ...evaluation.map(({ y }) => y),
    quantile(raw.y.subarray(later), 0.02),
  ])?.[0];
  const low = lowest === undefined ? 0 : Math.max(0, Math.floor(20 * lowest - 0.6) / 20);
  // Leaves room for the numbers of both axes in the corner.
  const domain = [low, 1 + 0.04 * (1 - low)] as const;
  const below = countOf(raw.y, (y) => y < domain[0]);
  const notes = present([
    smoothed.reach > 1 ? `Smoothed: ${smoothed.formula}.` : null,
    domain[0] > 0
      ? `The axis starts at ${percent(domain[0], 0)}${below > 0 ? `; ${counted(below, "step")} of ${count(raw.y.length)} ${below === 1 ? "is" : "are"} below it` : ""}.`
      : null,
  ]);
  return draw({
    width,
    title,
    description: accuracyInWords(data),
    legend: curvesLegend("training", smoothed, evaluationName(data)),
    panels: [
      {
        ...defined({
          remark: best && `${evaluationName(data)}: highest ${percent(best.y)}, epoch ${count(best.epoch + 1)}`,
        }),
        plot: curves(innerWidth(width, title), isNarrow(width) ? 230 : 300, {
          span: spanOf(data),
          raw,
          smoothed,
          evaluation,
          best,
          y: { domain, format: (y) => `${Number((100 * y).toPrecision(5))} %` },
        }),
      },
    ],
    note: notes.join(" "),
  });
}

/** Describes the plot in one or two sentences. */
export function accuracyInWords(data: TrainingData): string {
  const own = trainingInWords(data);
  if (own === null) return "No step has been taken yet.";
  const evaluation = evaluationCurve(data, "accuracy");
  const best = bestOf(evaluation, (a, b) => a > b);
  const end = evaluation.at(-1);
  if (!best || !end) return own;
  const where = `The accuracy on the ${evaluationName(data)} was highest after epoch ${count(best.epoch + 1)}, at ${percent(best.y)}`;
  return `${own} ${where}${best === end ? "." : `, and ended at ${percent(end.y)} after epoch ${count(end.epoch + 1)}.`}`;
}

/** Describes the mean of the last epoch, or before the first epoch ends, of all steps: a single batch is too noisy. */
function trainingInWords(data: TrainingData): string | null {
  const last = data.epochs.at(-1);
  if (last)
    return `The training accuracy was ${percent(last.train.accuracy)} in epoch ${count(last.epoch + 1)}, the last.`;
  const steps = select(stepCurve(data, "accuracy").y, Number.isFinite);
  if (steps.length === 0) return null;
  const mean = steps.reduce((sum, y) => sum + y / steps.length, 0);
  return `The training accuracy was ${percent(mean)} in the first ${counted(steps.length, "step")}.`;
}
