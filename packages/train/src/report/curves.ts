import { at } from "../at.ts";
import { accuracyInWords, accuracyPlot } from "../plots/accuracy.ts";
import { gradientNormInWords, gradientNormPlot } from "../plots/gradient-norm.ts";
import { changingHyperparameters, hyperparametersPlot } from "../plots/hyperparameters.ts";
import { lossInWords, lossPlot } from "../plots/loss.ts";
import { count, number, percent } from "../plots/numbers.ts";
import { smooth } from "../plots/smooth.ts";
import { extent } from "../plots/statistics.ts";
import { stepCurve, tableOf } from "../plots/training-data.ts";
import { present } from "../present.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import type { ReportRun } from "./report-data.ts";
import { type Column, table } from "./table.ts";
import { listed } from "./words.ts";

/** Returns the section with the curves of all steps; null before the first step. */
export function curvesSection(run: ReportRun): Html | null {
  if (run.steps.length === 0) return null;
  const inForce = { steps: run.steps, epochEnds: run.epochs.map(({ steps }) => steps) };
  const note = whyNotComparable(run);
  return html`<section id="curves"><h2>Training curves</h2>
${note && html`<p>${note}</p>`}
<div class="grid">
${figure({
  heading: "Loss",
  words: lossInWords(run),
  plot: (options) => lossPlot(run, options),
  variant: {
    name: "loss-scale",
    label: "linear",
    variantLabel: "logarithmic",
    plot: (options) => lossPlot(run, { ...options, scale: "log" }),
  },
  table: stepTable(run, "loss", "Loss", (value) => number(value, 4)),
})}
${figure({
  heading: "Accuracy",
  words: accuracyInWords(run),
  plot: (options) => accuracyPlot(run, options),
  table: stepTable(run, "accuracy", "Accuracy", (value) => percent(value, 2)),
})}
${figure({
  heading: "Hyperparameters in force",
  words: "Values used by the optimizer at each step. Constant values are listed below the plot.",
  plot: (options) => hyperparametersPlot(inForce, options),
  table: hyperparameterTable(run),
})}
${figure({
  heading: "Gradient norm",
  words: gradientNormInWords(run),
  plot: (options) => gradientNormPlot(run, options),
  table: stepTable(run, "gradientNorm", "Gradient norm", (value) => number(value, 4)),
})}
</div></section>`;
}

/** Explains why training metrics may look worse than evaluation metrics; null if they are comparable. */
function whyNotComparable({ facts: { config } }: ReportRun): string | null {
  const reasons = present([
    config.augment.length > 0 ? `augmented images (${listed(config.augment.map(({ kind }) => kind))})` : null,
    lossName(config.loss) === "crossEntropy" ? null : `another loss (${lossName(config.loss)})`,
    config.classWeights === null ? null : "weighted classes",
    config.sampling === "balanced" ? "a balanced sampling of the classes" : null,
    config.labelSmoothing > 0 ? `smoothed labels (${config.labelSmoothing})` : null,
    config.ema !== null ? "the current weights (evaluation uses their moving average)" : null,
  ]);
  if (reasons.length === 0) return null;
  return `Training metrics are measured on ${listed(reasons)}; evaluation metrics are not. This alone can make training look worse.`;
}

const lossName = (loss: ReportRun["facts"]["config"]["loss"]): string => (typeof loss === "string" ? loss : loss.kind);

/** Number of rows in a table of steps. Each row summarizes an interval of steps. */
const ROWS = 24;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly smoothed: number;
}

/** Returns a curve as a short table. Each row has the range of the raw values and the last smoothed value of an interval. */
function stepTable(
  run: ReportRun,
  measure: "loss" | "accuracy" | "gradientNorm",
  name: string,
  format: (value: number) => string,
): Html {
  const raw = stepCurve(run, measure);
  const smoothed = smooth(raw).curve.y;
  const steps = raw.x.length;
  const size = Math.max(1, Math.ceil(steps / ROWS));
  const stretches = Array.from({ length: Math.ceil(steps / size) }, (_, i): Stretch => {
    const [from, to] = [i * size, Math.min(steps, (i + 1) * size)];
    const [low, high] = extent(raw.y.subarray(from, to)) ?? [Number.NaN, Number.NaN];
    return { from: at(raw.x, from), to: at(raw.x, to - 1), low, high, smoothed: at(smoothed, to - 1) };
  });
  const columns: Column<Stretch>[] = [
    { heading: "Steps", cell: ({ from, to }) => (from === to ? count(from) : `${count(from)} to ${count(to)}`) },
    { heading: "Lowest", cell: ({ low }) => format(low), numeric: true },
    { heading: "Highest", cell: ({ high }) => format(high), numeric: true },
    { heading: "Smoothed, at the last step", cell: (row) => format(row.smoothed), numeric: true },
  ];
  const rows = table(stretches, columns, { caption: `${name} by training step`, named: true });
  return measure === "gradientNorm" ? rows : html`${epochTable(run, measure, name, format)}${rows}`;
}

function epochTable(
  { epochs }: ReportRun,
  measure: "loss" | "accuracy",
  name: string,
  format: (value: number) => string,
): Html {
  const part = epochs.find(({ evaluation }) => evaluation)?.evaluation?.part;
  return table(
    epochs,
    [
      { heading: "Epoch", cell: ({ epoch }) => count(epoch + 1) },
      { heading: "Training mean", cell: ({ train }) => format(train[measure]), numeric: true },
      ...(part
        ? [
            {
              heading: part === "test" ? "Test images" : "Validation images",
              cell: ({ evaluation }: ReportRun["epochs"][number]) => (evaluation ? format(evaluation[measure]) : "–"),
              numeric: true,
            },
          ]
        : []),
    ],
    { caption: `${name} by epoch`, named: true },
  );
}

function hyperparameterTable({ steps }: ReportRun): Html {
  const columns = tableOf(steps);
  const names = changingHyperparameters({ steps: columns });
  const size = Math.max(1, Math.floor(columns.length / ROWS));
  const rows = Array.from({ length: Math.ceil(columns.length / size) }, (_, i) => i * size);
  if (rows.at(-1) !== columns.length - 1) rows.push(columns.length - 1);
  return table(
    rows,
    [
      { heading: "Step", cell: (row) => count(at(columns.column("step"), row)) },
      ...names.map((name) => ({
        heading: name,
        cell: (row: number) => number(at(columns.column(name), row)),
        numeric: true,
      })),
    ],
    { caption: "Hyperparameters at selected steps", named: true },
  );
}
