import { type RunFacts, type RunResult, runPaths, type Views, viewsOf, wilsonInterval } from "@downhill/train";
import { quote } from "../config/command-line.ts";
import { count, duration, loss, percent, plural } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { pairs } from "../output/table.ts";
import { PROGRAM } from "../program-name.ts";

/** The result of a run as the last line of `--json`. */
export const resultObject = (folder: string, result: RunResult): object => ({
  event: "result",
  run: folder,
  status: result.status,
  reason: result.reason,
  part: result.part,
  images: result.images,
  accuracy: result.accuracy,
  loss: result.loss,
  top5: result.top5,
  calibrationError: result.calibrationError,
  augmented: result.augmented ?? null,
  epochs: result.epochs,
  steps: result.steps,
  seconds: result.seconds,
  imagesPerSecond: result.imagesPerSecond,
  waitingShare: result.waitingShare,
  seed: result.seed,
  ...(result.status === "finished" ? { report: runPaths(folder).report, model: runPaths(folder).model } : {}),
  ...(result.missing === undefined ? {} : { missing: result.missing }),
});

/** The result of a run for people: how good it is, where it is, and what to try next. */
export function summarize(folder: string, facts: RunFacts, result: RunResult, { results }: Output): string {
  const paths = runPaths(folder);
  const effort = `${plural(result.epochs, "epoch")}, ${plural(result.steps, "step")} in ${duration(result.seconds)}, ${count(result.imagesPerSecond)} images/s`;
  if (result.status !== "finished") {
    return [
      `Stopped after ${plural(result.steps, "step")} of ${count(facts.totalSteps)}, and saved: nothing is lost`,
      pairs(results, [
        ["run", folder],
        ["next", `${PROGRAM} train --resume ${quote(folder)}`],
      ]),
    ].join("\n");
  }
  const scored = accuracyLine({ ...result, views: viewsOf(result, facts.config.testTimeAugmentation) });
  return [
    ...(scored === null ? [] : [results.style("bold", scored)]),
    ...augmentedLines(result),
    ...(result.reason === null ? [effort] : [`${effort}; ended early: ${result.reason}`]),
    pairs(results, [
      ["run", folder],
      ...(result.missing === undefined ? [["report", paths.report] as const] : []),
      ["model", paths.model],
      ["next", nextCommand(folder, facts)],
    ]),
  ].join("\n");
}

/** The figures with test-time augmentation, beside those of the images as they are. */
export const augmentedLines = ({ augmented }: RunResult): string[] =>
  augmented
    ? [
        `with test-time augmentation (${augmented.views}) ${percent(augmented.accuracy, 2)}, loss ${loss(augmented.loss)}`,
      ]
    : [];

/** Accuracy with its interval, and loss; null where there was nothing to evaluate on. */
export function accuracyLine({
  part,
  views = "none",
  accuracy,
  loss: value,
  images,
}: {
  readonly part: string | null;
  /** Test-time augmentation that the figures are measured with. */
  readonly views?: Views;
  readonly accuracy: number | null;
  readonly loss: number | null;
  readonly images: number | null;
}): string | null {
  if (accuracy === null || value === null || images === null) return null;
  const [low, high] = wilsonInterval(accuracy, images).map((share) => (100 * share).toFixed(1));
  const how = views === "none" ? "" : ` with test-time augmentation (${views})`;
  return `${part} accuracy${how} ${percent(accuracy, 2)} (95 % interval ${low} to ${high} %, ${plural(images, "image")}), loss ${loss(value)}`;
}

/** After the sample, one's own images; after those, using the model. */
const nextCommand = (folder: string, { data, given }: RunFacts): string =>
  data.kind === "folder"
    ? `${PROGRAM} predict ${quote(folder)} PHOTO.jpg`
    : data.name === "sample"
      ? `${PROGRAM} train FOLDER    (your images: a folder inside of it for each class)`
      : `${PROGRAM} evaluate ${quote(folder)} ${quote(given.data)}`;
