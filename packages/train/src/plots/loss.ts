import { defined } from "@downhill/optim/defined";
import { present } from "../present.ts";
import { curves, curvesLegend } from "./curve.ts";
import type { Point } from "./downsample.ts";
import { DEFAULT_WIDTH, draw, innerWidth, isNarrow, type PlotOptions } from "./draw.ts";
import { count, counted, number } from "./numbers.ts";
import { type Smoothed, smooth } from "./smooth.ts";
import { countOf, extent, lastFinite, quantile, select } from "./statistics.ts";
import {
  bestOf,
  evaluationCurve,
  evaluationName,
  spanOf,
  stepCurve,
  type TrainingData,
  withTable,
} from "./training-data.ts";

export interface LossPlotOptions extends PlotOptions {
  /** Scale of the y axis; default linear. */
  readonly scale?: "linear" | "log";
}

/** Quantile of the raw losses at the ends of the y axis. Losses beyond it would flatten the rest; a note counts them. */
const SHOWN = 0.985;
/** Smoothed losses above this multiple of that quantile, such as those of the first steps, do not extend the axis. */
const OUTBURST = 4;

/**
 * Plots the loss of each step, raw and smoothed, and of the evaluation after each epoch. Returns the text of an SVG file.
 * @example writeFileSync("loss.svg", lossPlot(readRunFolder("runs/first"), { scale: "log" }));
 */
export function lossPlot(
  training: TrainingData,
  { width = DEFAULT_WIDTH, title = "Loss", scale = "linear" }: LossPlotOptions = {},
): string {
  const log = scale === "log";
  const data = withTable(training);
  const raw = stepCurve(data, "loss");
  const smoothed = smooth(raw);
  const evaluation = evaluationCurve(data, "loss");
  const best = bestOf(evaluation, (a, b) => a < b);
  const losses = raw.y;
  const y = lossDomain(losses, smoothed, evaluation, log);
  const isShown = (loss: number): boolean => Number.isFinite(loss) && !(log && loss <= 0);
  const outside = select(losses, (loss) => isShown(loss) && (loss > y[1] || loss < y[0]));
  const gaps = countOf(losses, (loss) => !isShown(loss));
  const [lowest, highest] = extent(outside) ?? [0, 0];
  const bounds = present([
    lowest < y[0] ? `down to ${number(lowest, 3)}` : null,
    highest > y[1] ? `up to ${number(highest, 3)}` : null,
  ]).join(" and ");
  const notes = present([
    smoothed.reach > 1 ? `Smoothed: ${smoothed.formula}.` : null,
    outside.length > 0
      ? `${counted(outside.length, "step")} of ${count(losses.length)} ${outside.length === 1 ? "is" : "are"} beyond the axis, ${bounds}.`
      : null,
    gaps > 0
      ? `${counted(gaps, "step")} without a ${log ? "positive" : "finite"} loss ${gaps === 1 ? "is a gap" : "are gaps"}.`
      : null,
  ]);
  const height = isNarrow(width) ? 230 : 300;
  return draw({
    width,
    title,
    description: lossInWords(data),
    legend: curvesLegend("training", smoothed, evaluationName(data)),
    panels: [
      {
        ...defined({
          remark: best && `${evaluationName(data)}: lowest ${number(best.y, 3)}, epoch ${count(best.epoch + 1)}`,
        }),
        plot: curves(innerWidth(width, title), height, {
          span: spanOf(data),
          raw,
          smoothed,
          evaluation,
          best,
          y: { domain: y, log },
        }),
      },
    ],
    note: notes.join(" "),
  });
}

/** Describes the plot in one or two sentences. */
export function lossInWords(data: TrainingData): string {
  const training = trainingInWords(data);
  if (training === null) return "No step has been taken yet.";
  const evaluation = evaluationCurve(data, "loss");
  const best = bestOf(evaluation, (a, b) => a < b);
  const end = evaluation.at(-1);
  if (!best || !end) return training;
  const where = `The loss on the ${evaluationName(data)} was lowest after epoch ${count(best.epoch + 1)}, at ${number(best.y, 3)}`;
  return `${training} ${where}${best === end ? "." : `, and ended at ${number(end.y, 3)} after epoch ${count(end.epoch + 1)}.`}`;
}

/** Describes the means of the first and last epoch, or before the second epoch ends, the ends of the smoothed curve. */
function trainingInWords(data: TrainingData): string | null {
  const [first, last] = [data.epochs[0], data.epochs.at(-1)];
  if (first && last && first !== last) {
    return `The training loss went from ${number(first.train.loss, 3)} in epoch 1 to ${number(last.train.loss, 3)} in epoch ${count(last.epoch + 1)}.`;
  }
  const { curve, reach } = smooth(stepCurve(data, "loss"));
  const [start, end] = [curve.y.find(Number.isFinite), lastFinite(curve.y)];
  if (start === undefined || end === undefined) return null;
  return `The ${reach > 1 ? "smoothed " : ""}training loss went from ${number(start, 3)} to ${number(end, 3)} in ${counted(spanOf(data).steps, "step")}.`;
}

/** Returns the range of the smoothed curve and the evaluations, and of the raw values that do not flatten them. */
function lossDomain(
  raw: Float64Array,
  smoothed: Smoothed,
  evaluation: readonly Point[],
  log: boolean,
): readonly [number, number] {
  const above = log ? 0 : Number.NEGATIVE_INFINITY;
  const usual = quantile(raw, SHOWN, above);
  const highest = log ? Number.POSITIVE_INFINITY : OUTBURST * usual;
  const found = extent([
    ...evaluation.map(({ y }) => y).filter((y) => y > above),
    ...(extent(smoothed.curve.y, (y) => y > above && y <= highest) ?? []),
    quantile(raw, 1 - SHOWN, above),
    usual,
  ]);
  if (!found) return log ? [0.1, 1] : [0, 1];
  const [low, high] = found;
  if (log) return [low / 1.1, high * 1.1];
  return [low >= 0 && low < 0.5 * high ? 0 : low - 0.05 * (high - low), high + 0.05 * (high - low || 1)];
}
