import { isUnbalanced } from "../evaluation/unbalanced.ts";
import { count, counted, number, percent } from "../plots/numbers.ts";
import { spoken } from "../plots/text.ts";
import { present } from "../present.ts";
import { batchRange } from "../run-folder/batch-range.ts";
import { duration } from "../text/duration.ts";
import { type ReportedEvaluation, reportedEvaluation } from "./evaluation.ts";
import { type Html, html } from "./html.ts";
import type { ReportRun } from "./report-data.ts";
import { large, moment } from "./words.ts";

/** Returns the top of the report: the accuracy in one sentence and the most important figures. */
export function headline(run: ReportRun): Html {
  const { facts } = run;
  const evaluation = reportedEvaluation(run);
  return html`<header>
<p class="kicker">Downhill report <span>${facts.id}</span> <span>${moment(facts.created)}</span></p>
<div class="opening"><div>
${evaluation ? verdict(run, evaluation) : html`<h1>${facts.model.name}, ${counted(run.epochs.length, "epoch")} on ${facts.data.name}: not evaluated yet</h1>`}
<p class="how">${trainedHow(run)}</p>
</div>
<dl class="tiles">${tiles(run, evaluation).map(([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}${more ? html` <small>${more}</small>` : ""}</dd></div>`)}</dl></div>
</header>`;
}

function verdict(
  { facts }: ReportRun,
  { accuracy, images, part, interval: [low, high], final }: ReportedEvaluation,
): Html {
  const when = final ? "" : "So far ";
  return html`<h1>${when}<strong>${percent(accuracy)}</strong> accuracy on ${count(images)} ${part} images of ${facts.data.name}</h1>
<p class="interval">95 % interval: <b>${percent(low)} to ${percent(high)}</b> (Wilson). The true accuracy is likely in this range.</p>`;
}

/** Describes model, optimizer, epochs, batch size and device. A run in progress is described as far as it got. */
function trainedHow({ facts, epochs, result }: ReportRun): string {
  const { model, optimizer, data } = facts;
  const [fewest, most] = batchRange(facts);
  const batches = fewest === most ? count(fewest) : `${count(fewest)} to ${count(most)}`;
  const done = result?.epochs ?? epochs.length;
  const trained = `${model.name} with ${large(model.parameters)} parameters, trained with ${optimizer.title} for ${counted(done, "epoch")} on ${counted(data.counts.train, "image")}`;
  return `${trained}, batch size ${batches}, on ${deviceOf(facts)}.${frozenHow(facts)}`;
}

/** Describes the epochs that trained only the last layer. */
function frozenHow({ config: { freeze } }: ReportRun["facts"]): string {
  if (freeze === 0) return "";
  return freeze === "all"
    ? " Only the last layer was trained, on features of images without augmentation."
    : ` The first ${counted(freeze, "epoch")} trained only the last layer, on features of images without augmentation; the others all layers.`;
}

const deviceOf = ({ device }: ReportRun["facts"]): string =>
  `${device.name.toUpperCase()} with ${counted(device.threads, "thread")}`;

/** Figure of the report with its name and an optional note. */
type Tile = readonly [name: string, value: string, more?: string];

function tiles({ facts, result, timings }: ReportRun, evaluation: ReportedEvaluation | null): Tile[] {
  const { classNames } = facts.data;
  const seconds = result?.seconds ?? timings.reduce((sum, timing) => sum + timing.seconds, 0);
  const speed = result?.imagesPerSecond ?? timings.at(-1)?.imagesPerSecond;
  const weakest = weakestClass(result);
  const augmented = result?.augmented;
  const balanced = result && isUnbalanced(result) ? (result.balancedAccuracy ?? null) : null;
  return present<Tile>([
    augmented ? ["Accuracy with test-time augmentation", percent(augmented.accuracy), augmented.views] : null,
    balanced === null ? null : ["Balanced accuracy", percent(balanced), "mean of the classes"],
    evaluation ? ["Loss", number(evaluation.loss, 3), "cross-entropy"] : null,
    // With at most five classes, top-5 accuracy is always 1.
    evaluation && evaluation.top5 !== null && classNames.length > 5
      ? ["Top-5 accuracy", percent(evaluation.top5)]
      : null,
    evaluation && evaluation.calibrationError !== null
      ? ["Calibration error", `${(100 * evaluation.calibrationError).toFixed(1)}`, "points"]
      : null,
    weakest ? ["Weakest class", percent(weakest.accuracy), ofClass(classNames, weakest)] : null,
    result?.validation
      ? ["Validation accuracy", percent(result.validation.accuracy), `of ${count(result.validation.images)}`]
      : null,
    seconds > 0 ? ["Training time", duration(seconds)] : null,
    speed ? ["Speed", count(speed), "images/s"] : null,
  ]);
}

interface WeakestClass {
  readonly index: number;
  readonly accuracy: number;
  /** Number of images of the class; null if the result has no confusion matrix. */
  readonly images: number | null;
}

function weakestClass(result: ReportRun["result"]): WeakestClass | null {
  let weakest: WeakestClass | null = null;
  for (const [index, accuracy] of (result?.perClass ?? []).entries()) {
    if (accuracy === null || (weakest && accuracy >= weakest.accuracy)) continue;
    const row = result?.confusion?.[index];
    weakest = { index, accuracy, images: row ? row.reduce((sum, n) => sum + n, 0) : null };
  }
  return weakest;
}

const ofClass = (classNames: readonly string[], { index, images }: WeakestClass): string =>
  images === null
    ? `of ${spoken(classNames[index])}`
    : `of ${counted(images, "image")} of ${spoken(classNames[index])}`;
