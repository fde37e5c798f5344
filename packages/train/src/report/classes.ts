import { type ClassScore, classMeans, classScores } from "../evaluation/class-scores.ts";
import { calibrationInWords, calibrationPlot } from "../plots/calibration.ts";
import { confusedPairs } from "../plots/confused-pairs.ts";
import { confusionInWords, confusionPlot } from "../plots/confusion.ts";
import { count, percent } from "../plots/numbers.ts";
import type { RunResult } from "../run-folder/result.ts";
import { visible } from "../text/index.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { rankingFigures } from "./ranking.ts";
import { table } from "./table.ts";

interface ClassRow extends ClassScore {
  readonly name: string;
  readonly mistakenFor: string;
}

/** Maximum number of visible rows. With more classes, the least accurate ones are visible. */
const ROWS = 20;

/** Names of classes, and the errors of a run or of all folds together. */
interface ClassErrors {
  readonly facts: { readonly data: { readonly classNames: readonly string[] } };
  readonly result: Pick<RunResult, "confusion" | "calibration" | "ranking"> | null;
}

/** Returns the section on errors: confusion matrix, scores and curves of each class, and calibration; null without a confusion matrix. */
export function classesSection({ facts, result }: ClassErrors): Html | null {
  const confusion = result?.confusion;
  if (!confusion) return null;
  const data = { classNames: facts.data.classNames.map(visible), confusion };
  return html`<section id="classes"><h2>Errors by class</h2>
<div class="grid">
${figure({
  heading: "Confusion matrix",
  words: confusionInWords(data),
  plot: (options) => confusionPlot(data, options),
  table: pairTable(data),
})}
<div class="card"><h3>Classes, least accurate first</h3>${classTables(data)}</div>
${result.ranking && rankingFigures({ ranking: result.ranking, classNames: data.classNames })}
${result.calibration && calibrationFigure(result.calibration)}
</div></section>`;
}

const calibrationFigure = (calibration: NonNullable<RunResult["calibration"]>): Html =>
  figure({
    heading: "Calibration",
    spread: true,
    words: calibrationInWords(calibration),
    plot: (options) => calibrationPlot(calibration, options),
    table: table(
      calibration,
      [
        { heading: "Confidence", cell: ({ from, to }) => `${percent(from)} to ${percent(to)}` },
        { heading: "Images", cell: (bin) => count(bin.count), numeric: true },
        { heading: "Mean confidence", cell: (bin) => percent(bin.confidence), numeric: true },
        { heading: "Accuracy", cell: (bin) => percent(bin.accuracy), numeric: true },
      ],
      { caption: "Images by confidence of the prediction", named: true },
    ),
  });

interface Confusion {
  readonly classNames: readonly string[];
  readonly confusion: readonly (readonly number[])[];
}

/** Returns the confusion matrix as a table; with many classes, its most frequent pairs. */
function pairTable({ classNames, confusion }: Confusion): Html {
  if (classNames.length <= ROWS) {
    return table(
      confusion.map((row, label) => ({ row, label, all: row.reduce((sum, n) => sum + n, 0) })),
      [
        { heading: "True class", cell: ({ label }) => classNames[label] as string },
        ...classNames.map((heading, k) => ({
          heading,
          cell: ({ row, all }: { readonly row: readonly number[]; readonly all: number }) => {
            const images = row[k] as number;
            return images === 0 ? "0" : html`${count(images)} <small>${percent(images / all)}</small>`;
          },
          numeric: true,
        })),
      ],
      { caption: "Images by true class (rows) and predicted class (columns), with shares of the row", named: true },
    );
  }
  return table(
    confusedPairs({ confusion }).slice(0, 100),
    [
      { heading: "True class", cell: ({ label }) => classNames[label] as string },
      { heading: "Predicted as", cell: ({ predicted }) => classNames[predicted] as string },
      { heading: "Images", cell: ({ images }) => count(images), numeric: true },
      { heading: "Share of the true class", cell: ({ share }) => percent(share), numeric: true },
    ],
    { caption: "Most frequent confusions, at most 100", named: true },
  );
}

const CAPTION = "Recall (accuracy), precision and F1 of each class";

function classTables(data: Confusion): Html {
  const rows = classRows(data);
  const means = classMeans(rows);
  const words = html`<p>Mean of the classes, each with equal weight: recall ${percent(means.recall)} (balanced accuracy), precision ${percent(means.precision)}, F1 ${percent(means.f1)}.</p>`;
  if (rows.length <= ROWS) return html`${words}${classTable(rows, CAPTION)}`;
  return html`${words}${classTable(rows.slice(0, ROWS), `The ${ROWS} least accurate classes`)}
<details><summary>All ${count(rows.length)} classes</summary>${classTable(rows, CAPTION)}</details>`;
}

const shareOrDash = (share: number | null): string => (share === null ? "–" : percent(share));

const classTable = (rows: readonly ClassRow[], caption: string): Html =>
  table(
    rows,
    [
      { heading: "Class", cell: ({ name }) => name },
      { heading: "Images", cell: ({ images }) => count(images), numeric: true, sortBy: ({ images }) => images },
      {
        heading: "Recall",
        cell: ({ recall }) => (recall === null ? "–" : bar(recall)),
        numeric: true,
        sortBy: ({ recall }) => recall ?? -1,
      },
      {
        heading: "Precision",
        cell: ({ precision, predicted }) => html`${shareOrDash(precision)} <small>of ${count(predicted)}</small>`,
        numeric: true,
        sortBy: ({ precision }) => precision ?? -1,
      },
      { heading: "F1", cell: ({ f1 }) => shareOrDash(f1), numeric: true, sortBy: ({ f1 }) => f1 ?? -1 },
      { heading: "Predicted as", cell: ({ mistakenFor }) => mistakenFor },
    ],
    { caption, named: true, sortable: true },
  );

const bar = (share: number): Html =>
  html`<span class="bar" style="--share: ${(100 * share).toFixed(1)}%"></span>${percent(share)}`;

function classRows({ classNames, confusion }: Confusion): ClassRow[] {
  const scores = classScores(confusion);
  return classNames
    .map((name, label): ClassRow => {
      const row = confusion[label] as readonly number[];
      const wrong = row.map((n, k) => (k === label ? 0 : n));
      const most = wrong.indexOf(Math.max(...wrong));
      return {
        name,
        ...(scores[label] as ClassScore),
        mistakenFor: wrong[most] ? `${classNames[most]} (${count(wrong[most])})` : "–",
      };
    })
    .sort((a, b) => (a.recall ?? 2) - (b.recall ?? 2) || a.name.localeCompare(b.name));
}
