import { defined } from "@downhill/optim/defined";
import { classScores, type Evaluation, evaluateRun, openRun, type Views } from "@downhill/train";
import { dataArgument } from "../config/data-argument.ts";
import { readDataFlags } from "../config/given.ts";
import { progressFields } from "../output/fit.ts";
import { count, listNames, percent, plural } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { table } from "../output/table.ts";
import { accuracyLine, balancedLines } from "../training/summary.ts";

/** Number of classes and of confusions in the text; the JSON has all. */
const SHOWN = 5;

/** Trained model to evaluate, and its images. */
export interface EvaluateRequest {
  /** Folder of the run. */
  readonly run: string;
  /** Data set, by name or folder. */
  readonly data: string;
  readonly threads: number | undefined;
  readonly views: Views | undefined;
  /** Choices of how images and labels are read, as flags. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Evaluates the model of a run on a data set, and prints the scores. */
export async function evaluate(
  output: Output,
  { run: folder, data, threads, views = "none", settings }: EvaluateRequest,
): Promise<undefined> {
  const source = dataArgument(data);
  const reading = readDataFlags(source, settings);
  const run = openRun(folder);
  const { part, evaluation } = await evaluateRun(run, source, {
    ...defined({ threads, views: views === "none" ? undefined : views }),
    reading: defined(reading),
    onProgress: (done, total) => output.status(progressFields("evaluating images", done, total)),
  });
  const { mistakes, calibration, ranking, ...scores } = evaluation;
  const { classNames } = run.facts.data;
  const absentClasses = classNames.filter((_, label) => evaluation.perClass[label] === null);
  output.result(
    {
      run: folder,
      data: source,
      part,
      testTimeAugmentation: views,
      ...scores,
      auc: ranking?.auc ?? null,
      averagePrecision: ranking?.averagePrecision ?? null,
      perClassScores: classScores(evaluation.confusion),
      classNames,
      absentClasses,
    },
    () => text({ part, views }, evaluation, classNames, absentClasses, output),
  );
}

function text(
  { part, views }: { readonly part: string; readonly views: Views },
  evaluation: Evaluation,
  classNames: readonly string[],
  absent: readonly string[],
  { results }: Output,
): string {
  const { top5, calibrationError, perClass, confusion } = evaluation;
  const scored = accuracyLine({ ...evaluation, views, part: part === "all" ? "overall" : part }) ?? "";
  const calibration = `calibration error ${percent(calibrationError)}`;
  const lines = [
    results.style("bold", scored),
    ...balancedLines(evaluation),
    classNames.length > 5 ? `top-5 accuracy ${percent(top5, 2)}, ${calibration}` : calibration,
  ];
  if (absent.length > 0) {
    const classes = plural(classNames.length, "class", "classes");
    lines.push(`no images of ${absent.length} of the run's ${classes}: ${listNames(absent)}`);
  }
  const weakest = classNames
    .map((name, label) => ({ name, share: perClass[label] ?? null }))
    .filter((row): row is { name: string; share: number } => row.share !== null)
    .sort((a, b) => a.share - b.share)
    .slice(0, SHOWN)
    .map(({ name, share }) => [name, percent(share)]);
  lines.push("", table(results, [{ title: "weakest classes" }, { title: "accuracy", align: "right" }], weakest));
  const confused = mostConfused(confusion, classNames);
  if (confused.length > 0) {
    const columns = [{ title: "true class" }, { title: "predicted" }, { title: "images", align: "right" }] as const;
    lines.push("", table(results, columns, confused));
  }
  return lines.join("\n");
}

/** Returns the most frequent confusions as rows: true class, predicted class, number of images. */
const mostConfused = (confusion: Evaluation["confusion"], classNames: readonly string[]): string[][] =>
  confusion
    .flatMap((row, label) => row.map((images, predicted) => ({ label, predicted, images })))
    .filter(({ label, predicted, images }) => label !== predicted && images > 0)
    .sort((a, b) => b.images - a.images)
    .slice(0, SHOWN)
    .map(({ label, predicted, images }) => [classNames[label] ?? "", classNames[predicted] ?? "", count(images)]);
