import { calibrationInWords, calibrationPlot } from "../plots/calibration.ts";
import { confusedPairs } from "../plots/confused-pairs.ts";
import { confusionInWords, confusionPlot } from "../plots/confusion.ts";
import { count, percent } from "../plots/numbers.ts";
import type { RunResult } from "../run-folder/result.ts";
import { visible } from "../text/index.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

interface ClassRow {
  readonly name: string;
  readonly images: number;
  readonly accuracy: number | null;
  readonly mistakenFor: string;
}

/** Maximum number of visible rows. With more classes, the least accurate ones are visible. */
const ROWS = 20;

/** Names of classes, and the errors of a run or of all folds together. */
interface ClassErrors {
  readonly facts: { readonly data: { readonly classNames: readonly string[] } };
  readonly result: Pick<RunResult, "confusion" | "calibration"> | null;
}

/** Returns the section on errors: confusion matrix, accuracy per class and calibration; null without a confusion matrix. */
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

function classTables(data: Confusion): Html {
  const rows = classRows(data);
  if (rows.length <= ROWS) return classTable(rows, "Accuracy of each class");
  return html`${classTable(rows.slice(0, ROWS), `The ${ROWS} least accurate classes`)}
<details><summary>All ${count(rows.length)} classes</summary>${classTable(rows, "Accuracy of each class")}</details>`;
}

const classTable = (rows: readonly ClassRow[], caption: string): Html =>
  table(
    rows,
    [
      { heading: "Class", cell: ({ name }) => name },
      { heading: "Images", cell: ({ images }) => count(images), numeric: true, sortBy: ({ images }) => images },
      {
        heading: "Accuracy",
        cell: ({ accuracy }) => (accuracy === null ? "–" : bar(accuracy)),
        numeric: true,
        sortBy: ({ accuracy }) => accuracy ?? -1,
      },
      { heading: "Predicted as", cell: ({ mistakenFor }) => mistakenFor },
    ],
    { caption, named: true, sortable: true },
  );

const bar = (share: number): Html =>
  html`<span class="bar" style="--share: ${(100 * share).toFixed(1)}%"></span>${percent(share)}`;

function classRows({ classNames, confusion }: Confusion): ClassRow[] {
  return classNames
    .map((name, label): ClassRow => {
      const row = confusion[label] as readonly number[];
      const images = row.reduce((sum, n) => sum + n, 0);
      const wrong = row.map((n, k) => (k === label ? 0 : n));
      const most = wrong.indexOf(Math.max(...wrong));
      return {
        name,
        images,
        accuracy: images === 0 ? null : (row[label] as number) / images,
        mistakenFor: wrong[most] ? `${classNames[most]} (${count(wrong[most])})` : "–",
      };
    })
    .sort((a, b) => (a.accuracy ?? 2) - (b.accuracy ?? 2) || a.name.localeCompare(b.name));
}
