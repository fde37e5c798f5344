import { type Evaluation, evaluateRun, MOST_THREADS, openRun, parseConfig, VIEWS, type Views } from "@downhill/train";
import { dataArgument } from "../config/data-argument.ts";
import { readConfigFlags } from "../config/flags.ts";
import { wholeNumber } from "../config/whole-number.ts";
import { progressFields } from "../output/fit.ts";
import { count, listNames, percent, plural } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { table } from "../output/table.ts";
import { accuracyLine } from "../training/summary.ts";
import { UsageError } from "../usage-error.ts";

/** What using a trained model can be told. */
export interface UseFlags {
  readonly threads?: string;
  readonly testTimeAugmentation?: string;
}

/** Classes and confusions that are shown; all are in the JSON. */
const SHOWN = 5;

/** Judges a run's model on a data set. */
export async function evaluate(
  output: Output,
  [folder, data]: readonly [string, string],
  flags: UseFlags & FolderFlags,
): Promise<undefined> {
  const source = dataArgument(data);
  const use = useOptions(flags);
  const run = openRun(folder);
  const { part, evaluation } = await evaluateRun(run, source, {
    ...use,
    folders: readFolders(flags),
    onProgress: (done, total) => output.status(progressFields("judging images", done, total)),
  });
  const { mistakes, calibration, ...scores } = evaluation;
  const { classNames } = run.facts.data;
  const views = use.views ?? "none";
  const absentClasses = classNames.filter((_, label) => evaluation.perClass[label] === null);
  output.result(
    { run: folder, data: source, part, testTimeAugmentation: views, ...scores, classNames, absentClasses },
    () => report({ part, views }, evaluation, classNames, absentClasses, output),
  );
}

/** Folders of parts, as flags. */
interface FolderFlags {
  readonly trainFolder?: string;
  readonly validationFolder?: string;
  readonly testFolder?: string;
}

function readFolders({ trainFolder, validationFolder, testFolder }: FolderFlags): FolderFlags {
  const { data: _, ...folders } = parseConfig(
    { data: "sample", ...readConfigFlags({ trainFolder, validationFolder, testFolder }) },
    "the command line",
  );
  return folders as FolderFlags;
}

/**
 * Flags as options of what uses a trained model.
 * @throws UsageError for a value that is none of them
 */
export function useOptions({ threads, testTimeAugmentation: views }: UseFlags) {
  if (views !== undefined && !VIEWS.includes(views as Views)) {
    throw new UsageError(`--test-time-augmentation ${views}: expected one of ${VIEWS.join(", ")}`);
  }
  const number = wholeNumber("--threads", threads, MOST_THREADS);
  return { ...(number === undefined ? {} : { threads: number }), ...(views ? { views: views as Views } : {}) };
}

function report(
  { part, views }: { readonly part: string; readonly views: Views },
  evaluation: Evaluation,
  classNames: readonly string[],
  absent: readonly string[],
  { results }: Output,
): string {
  const { top5, calibrationError } = evaluation;
  const scored = accuracyLine({ ...evaluation, views, part: part === "all" ? "overall" : part }) as string;
  const more = [
    ...(classNames.length > 5 ? [`top-5 accuracy ${percent(top5, 2)}`] : []),
    `calibration error ${percent(calibrationError)}`,
  ];
  const weakest = [...evaluation.perClass.entries()]
    .flatMap(([k, share]) => (share === null ? [] : [{ name: classNames[k] as string, share }]))
    .sort((a, b) => a.share - b.share)
    .slice(0, SHOWN);
  const confusions = mostConfused(evaluation.confusion).map(({ label, predicted, images }) => [
    classNames[label] as string,
    classNames[predicted] as string,
    count(images),
  ]);
  return [
    results.style("bold", scored),
    more.join(", "),
    ...(absent.length === 0
      ? []
      : [
          `no images of ${absent.length} of the run's ${plural(classNames.length, "class", "classes")}: ${listNames(absent)}`,
        ]),
    "",
    table(
      results,
      [{ title: "weakest classes" }, { title: "accuracy", align: "right" }],
      weakest.map(({ name, share }) => [name, percent(share)]),
    ),
    ...(confusions.length === 0
      ? []
      : [
          `\n${table(results, [{ title: "true class" }, { title: "taken for" }, { title: "images", align: "right" }], confusions)}`,
        ]),
  ].join("\n");
}

function mostConfused(confusion: Evaluation["confusion"]) {
  return confusion
    .flatMap((row, label) => row.map((images, predicted) => ({ label, predicted, images })))
    .filter(({ label, predicted, images }) => label !== predicted && images > 0)
    .sort((a, b) => b.images - a.images)
    .slice(0, SHOWN);
}
