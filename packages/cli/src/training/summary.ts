import { defined } from "@downhill/optim/defined";
import {
  isUnbalanced,
  type RunFacts,
  type RunResult,
  runPaths,
  type Views,
  viewsOf,
  wilsonInterval,
} from "@downhill/train";
import { duration, present } from "@downhill/train/text";
import { quote } from "../config/command-line.ts";
import { count, loss, percent, plural } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { joinSections } from "../output/sections.ts";
import { pairs } from "../output/table.ts";
import { PROGRAM } from "../program-name.ts";

/** Returns the result of a run as the last line of `--json`. */
export const resultObject = (folder: string, result: RunResult): object => ({
  event: "result",
  run: folder,
  status: result.status,
  reason: result.reason,
  part: result.part,
  images: result.images,
  accuracy: result.accuracy,
  balancedAccuracy: result.balancedAccuracy ?? null,
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
  ...defined({ missing: result.missing }),
});

/** Returns the result of a run as text: the scores, the files, and the next command. */
export function summarize(folder: string, facts: RunFacts, result: RunResult, { results }: Output): string {
  const paths = runPaths(folder);
  const effort = `${plural(result.epochs, "epoch")}, ${plural(result.steps, "step")} in ${duration(result.seconds)}, ${count(result.imagesPerSecond)} images/s`;
  if (result.status !== "finished") {
    return [
      `Stopped after step ${count(result.steps)} of ${count(facts.totalSteps)}. The run is saved.`,
      pairs(results, [
        ["run", folder],
        ["resume", `${PROGRAM} train --resume ${quote(folder)}`],
      ]),
    ].join("\n");
  }
  const scored = accuracyLine({ ...result, views: viewsOf(result, facts.config.testTimeAugmentation) });
  const files = present([
    ["run", folder] as const,
    result.missing === undefined ? (["report", paths.report] as const) : null,
    ["model", paths.model] as const,
    ["next", nextCommand(folder, facts)] as const,
  ]);
  const lines = [
    scored && results.style("bold", scored),
    ...balancedLines(result),
    ...augmentedLines(result),
    result.reason === null ? effort : `${effort}; stopped early: ${result.reason}`,
    pairs(results, files),
  ];
  return joinSections(lines, "\n");
}

/** Returns the balanced accuracy of evaluated classes that differ in size. */
export const balancedLines = ({
  balancedAccuracy,
  confusion,
}: Pick<RunResult, "balancedAccuracy" | "confusion">): string[] =>
  balancedAccuracy !== undefined && balancedAccuracy !== null && isUnbalanced({ confusion })
    ? [`balanced accuracy ${percent(balancedAccuracy, 2)}, the mean of the classes`]
    : [];

/** Returns the scores with test-time augmentation, if they were measured besides those of the plain images. */
export const augmentedLines = ({ augmented }: RunResult): string[] =>
  augmented
    ? [
        `with test-time augmentation (${augmented.views}) ${percent(augmented.accuracy, 2)}, loss ${loss(augmented.loss)}`,
      ]
    : [];

/** Returns accuracy with its 95 % interval, and loss; null if no images were evaluated. */
export function accuracyLine({
  part,
  views = "none",
  accuracy,
  loss: value,
  images,
}: {
  readonly part: string | null;
  /** Test-time augmentation of the scores. */
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

/** Returns the next command: after the sample, training on own images; after those, using the model. */
const nextCommand = (folder: string, { data, given }: RunFacts): string =>
  data.kind === "folder"
    ? `${PROGRAM} predict ${quote(folder)} PHOTO.jpg`
    : data.name === "sample"
      ? `${PROGRAM} train FOLDER    (your images, one subfolder per class)`
      : `${PROGRAM} evaluate ${quote(folder)} ${quote(given.data)}`;
