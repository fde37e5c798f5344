import { basename } from "node:path";
import { wilsonInterval } from "../evaluation/interval.ts";
import { count, counted, number, percent } from "../plots/numbers.ts";
import { classesSection } from "../report/classes.ts";
import { type Html, html } from "../report/html.ts";
import { page, repeatSection, type Section } from "../report/page.ts";
import { table } from "../report/table.ts";
import { moment } from "../report/words.ts";
import type { RunResult } from "../run-folder/result.ts";
import { type RunFacts, readRunFile } from "../run-folder/run-file.ts";
import { duration } from "../text/duration.ts";
import type { CrossValidation } from "./cross-validation.ts";

/** Finished run of a fold. */
interface FinishedFold {
  readonly fold: number;
  readonly facts: RunFacts;
  readonly result: RunResult;
}

/**
 * Returns the report of a cross-validation as one self-contained HTML page: the mean accuracy with its interval over the
 * folds, the folds with links to their reports, and the errors by class of all folds together.
 */
export function crossValidationHtml(validation: CrossValidation): string {
  const finished = validation.runs.flatMap(({ fold, folder, result }): FinishedFold[] =>
    result?.status === "finished" ? [{ fold, facts: readRunFile(folder), result }] : [],
  );
  const { facts } = validation;
  const [first] = finished;
  const name = first?.facts.data.name ?? basename(facts.given.data);
  const sections: readonly Section[] = [
    ["folds", "Folds", foldsSection(finished)],
    ["classes", "Classes", pooledClasses(finished)],
    [
      "repeat",
      "Reproduce",
      repeatSection(
        "Reproduce this cross-validation",
        "With the same versions, data, thread count and processor type, this command gives the same models bit for bit:",
        facts.command,
      ),
    ],
  ];
  return page(
    `Cross-validation on ${name}: ${facts.id}`,
    top(validation, finished, name),
    sections,
    "The data are in cross-validation.json next to this report, and in the run folders of the folds.",
  );
}

function top({ facts, runs, accuracy, loss }: CrossValidation, finished: readonly FinishedFold[], name: string): Html {
  const [first] = finished;
  const done =
    finished.length === runs.length
      ? counted(runs.length, "fold")
      : `${finished.length} of ${counted(runs.length, "fold")}`;
  return html`<header>
<p class="kicker">Downhill cross-validation <span>${facts.id}</span> <span>${moment(facts.created)}</span></p>
${
  accuracy
    ? html`<h1><strong>${percent(accuracy.mean)}</strong> mean accuracy over ${done} of ${name}</h1>`
    : html`<h1>Cross-validation on ${name}: no fold has finished yet</h1>`
}
${
  accuracy?.interval
    ? html`<p class="interval">95 % interval of the mean: <b>${percent(accuracy.interval[0])} to ${percent(accuracy.interval[1])}</b> (Student's t over the folds), standard deviation ${(100 * (accuracy.deviation as number)).toFixed(1)} points. The trainings share images, so the true interval is somewhat wider.</p>`
    : null
}
${
  first
    ? html`<p class="how">${first.facts.model.name}, trained with ${first.facts.optimizer.title} once for each fold, on the images of the other folds. Each image of the folds is tested by the one training that did not use it.${loss ? ` Mean loss ${number(loss.mean, 3)}.` : ""}</p>`
    : null
}
</header>`;
}

const foldsSection = (finished: readonly FinishedFold[]): Html | null =>
  finished.length === 0
    ? null
    : html`<section id="folds"><h2>Folds</h2><div class="card">${table(
        finished,
        [
          { heading: "Fold", cell: ({ fold }) => html`<a href="fold-${fold}/report.html">Fold ${fold}</a>` },
          { heading: "Accuracy", cell: ({ result }) => percent(result.accuracy ?? Number.NaN), numeric: true },
          { heading: "95 % interval (Wilson)", cell: ({ result }) => wilson(result), numeric: true },
          { heading: "Loss", cell: ({ result }) => number(result.loss ?? Number.NaN, 3), numeric: true },
          { heading: "Training images", cell: ({ facts }) => count(facts.data.counts.train), numeric: true },
          { heading: "Test images", cell: ({ result }) => count(result.images ?? 0), numeric: true },
          { heading: "Epochs", cell: ({ result }) => count(result.epochs), numeric: true },
          { heading: "Time", cell: ({ result }) => duration(result.seconds), numeric: true },
        ],
        { caption: "Each training, evaluated on its fold", named: true },
      )}</div></section>`;

function wilson({ accuracy, images }: RunResult): string {
  if (accuracy === null || images === null) return "–";
  const [low, high] = wilsonInterval(accuracy, images);
  return `${percent(low)} to ${percent(high)}`;
}

/** Returns the errors by class of all folds together; null if their classes differ. */
function pooledClasses(finished: readonly FinishedFold[]): Html | null {
  const [first] = finished;
  if (!first) return null;
  const { classNames } = first.facts.data;
  const matrices = finished.map(({ facts, result }) =>
    String(facts.data.classNames) === String(classNames) ? result.confusion : null,
  );
  if (matrices.includes(null)) return null;
  const confusion = classNames.map((_, label) =>
    classNames.map((__, predicted) => matrices.reduce((sum, matrix) => sum + (matrix?.[label]?.[predicted] ?? 0), 0)),
  );
  return classesSection({ facts: first.facts, result: { confusion, calibration: null } });
}
