import { count, counted, number, percent } from "../plots/numbers.ts";
import { spoken } from "../plots/text.ts";
import { batchRange } from "../run-folder/batch-range.ts";
import { type ReportedEvaluation, reportedEvaluation } from "./evaluation.ts";
import { type Html, html } from "./html.ts";
import type { ReportRun } from "./report-data.ts";
import { duration, large, moment } from "./words.ts";

/** The result in words, and the few numbers that everyone looks for. */
export function headline(run: ReportRun): Html {
  const { facts } = run;
  const evaluation = reportedEvaluation(run);
  return html`<header>
<p class="kicker">Downhill report <span>${facts.id}</span> <span>${moment(facts.created)}</span></p>
<div class="opening"><div>
${evaluation ? verdict(run, evaluation) : html`<h1>${facts.model.name}, ${counted(run.epochs.length, "epoch")} on ${facts.data.name}: not judged yet</h1>`}
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
  return html`<h1>${when}<strong>${percent(accuracy)}</strong> of ${count(images)} ${part} images of ${facts.data.name} are put into the right class</h1>
<p class="interval">95 % interval: <b>${percent(low)} to ${percent(high)}</b> (Wilson). In that range the accuracy on all images like these is likely to lie.</p>`;
}

/** Of a run that is not over yet, what it has done. */
function trainedHow({ facts, epochs, result }: ReportRun): string {
  const { model, optimizer, data } = facts;
  const [fewest, most] = batchRange(facts);
  const batches = fewest === most ? count(fewest) : `${count(fewest)} to ${count(most)}`;
  const done = result?.epochs ?? epochs.length;
  const trained = `${model.name} with ${large(model.parameters)} parameters, trained by ${optimizer.title} for ${counted(done, "epoch")} on ${counted(data.counts.train, "image")}`;
  return `${trained} in batches of ${batches}, on ${deviceOf(facts)}.`;
}

const deviceOf = ({ device }: ReportRun["facts"]): string =>
  `${device.name.toUpperCase()}, ${counted(device.threads, "thread")}`;

function tiles(
  { facts, result, timings }: ReportRun,
  evaluation: ReportedEvaluation | null,
): (readonly [name: string, value: string, more?: string | undefined])[] {
  const { classNames } = facts.data;
  const seconds = result?.seconds ?? timings.reduce((sum, timing) => sum + timing.seconds, 0);
  const speed = result?.imagesPerSecond ?? timings.at(-1)?.imagesPerSecond;
  const weakest = weakestClass(result);
  const augmented = result?.augmented;
  return [
    ...(augmented ? [["With test-time augmentation", percent(augmented.accuracy), augmented.views] as const] : []),
    ...(evaluation ? [["Loss", number(evaluation.loss, 3), "cross-entropy"] as const] : []),
    // Of five classes every image is among the five likeliest.
    ...(evaluation && evaluation.top5 !== null && classNames.length > 5
      ? [["Among the five likeliest", percent(evaluation.top5)] as const]
      : []),
    ...(evaluation && evaluation.calibrationError !== null
      ? [["Calibration error", `${(100 * evaluation.calibrationError).toFixed(1)}`, "points"] as const]
      : []),
    ...(weakest ? [["Weakest class", percent(weakest.accuracy), ofClass(classNames, weakest)] as const] : []),
    ...(result?.validation
      ? [
          [
            "On validation images",
            percent(result.validation.accuracy),
            `of ${count(result.validation.images)}`,
          ] as const,
        ]
      : []),
    ...(seconds > 0 ? [["Training time", duration(seconds)] as const] : []),
    ...(speed ? [["Speed", count(speed), "images/s"] as const] : []),
  ];
}

interface WeakestClass {
  readonly index: number;
  readonly accuracy: number;
  /** Images of the class; null where the result has no counts. */
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
