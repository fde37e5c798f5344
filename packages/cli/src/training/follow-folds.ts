import {
  type CrossValidation,
  crossValidationReport,
  type FoldsEvent,
  type FoldsRequest,
  startFolds,
} from "@downhill/train";
import type { Mean } from "@downhill/train/statistics";
import { quote } from "../config/command-line.ts";
import { STATUS } from "../failure.ts";
import { count, loss, percent, plural } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { pairs, table } from "../output/table.ts";
import { PROGRAM } from "../program-name.ts";
import { follow } from "./follow.ts";
import { JsonEvents } from "./json-events.ts";
import { resultObject } from "./summary.ts";
import { type Origin, TrainingView } from "./view.ts";

/**
 * Starts or resumes a cross-validation, reports the progress of its runs and prints its scores. Ctrl-C saves the current
 * run, a second one ends the process.
 * @returns the exit status
 */
export function followFolds(request: FoldsRequest, output: Output, origin: Origin): Promise<number> {
  let view = new TrainingView(output, origin);
  const json = new JsonEvents(output);
  const show = (event: FoldsEvent): void => {
    if (output.mode.json) {
      if (!output.mode.quiet) showJson(event, output, json);
    } else if (event.kind === "fold") {
      view = new TrainingView(output, origin);
      output.log(`Fold ${event.fold} (${event.index + 1} of ${event.folds}): ${event.run}`);
    } else if (event.kind === "foldResult") {
      const { accuracy, images } = event.result;
      if (accuracy !== null && images !== null)
        output.log(`Fold ${event.fold}: accuracy ${percent(accuracy, 2)} on ${plural(images, "image")}`);
    } else view.show(event);
  };
  return follow(
    output,
    (onEvent: (event: FoldsEvent) => void) => startFolds(request, onEvent),
    show,
    ({ result, interrupted, unwritable }) => {
      output.result(toJson(result), () => text(result, output));
      const stopped = !result.isFinished || interrupted === STATUS.outputClosed || unwritable ? interrupted : null;
      return stopped ?? STATUS.done;
    },
  );
}

function showJson(event: FoldsEvent, output: Output, json: JsonEvents): void {
  if (event.kind === "fold") {
    const { kind, ...rest } = event;
    output.json({ event: kind, ...rest });
  } else if (event.kind === "foldResult") {
    output.json({ ...resultObject(event.run, event.result), event: "foldResult", fold: event.fold });
  } else json.show(event);
}

/** Returns the scores of a cross-validation as the last line of `--json`. */
const toJson = ({ folder, isFinished, accuracy, loss: value, runs }: CrossValidation): object => ({
  event: "crossValidation",
  run: folder,
  status: isFinished ? "finished" : "stopped",
  accuracy,
  loss: value,
  folds: runs.map(({ fold, folder: run, result }) => ({
    fold,
    run,
    accuracy: result?.accuracy ?? null,
    loss: result?.loss ?? null,
    images: result?.images ?? null,
  })),
  report: crossValidationReport(folder),
});

/** Returns the scores of a cross-validation as text: each fold, the mean, the files. */
function text({ folder, isFinished, accuracy, loss: value, runs }: CrossValidation, { results }: Output): string {
  const finished = runs.flatMap(({ fold, result }) => (result?.status === "finished" ? [{ fold, result }] : []));
  const columns = [
    { title: "fold", align: "right" },
    { title: "accuracy", align: "right" },
    { title: "loss", align: "right" },
    { title: "images", align: "right" },
  ] as const;
  const rows = finished.map(({ fold, result }) => [
    String(fold),
    result.accuracy === null ? "-" : percent(result.accuracy, 2),
    result.loss === null ? "-" : loss(result.loss),
    result.images === null ? "-" : count(result.images),
  ]);
  const done = isFinished ? plural(runs.length, "fold") : `${finished.length} of ${plural(runs.length, "fold")}`;
  return [
    ...(rows.length === 0 ? [] : [table(results, columns, rows)]),
    ...(accuracy === null ? [] : [results.style("bold", meanLine(accuracy, value, done))]),
    ...(isFinished ? [] : [`Stopped after ${done}. The cross-validation is saved.`]),
    pairs(results, [
      ["run", folder],
      ["report", crossValidationReport(folder)],
      ...(isFinished ? [] : [["resume", `${PROGRAM} train --resume ${quote(folder)}`] as const]),
    ]),
  ].join("\n");
}

/** Returns the mean accuracy with its interval over the folds, and the mean loss. */
function meanLine({ mean, deviation, interval }: Mean, value: Mean | null, folds: string): string {
  const points = (share: number): string => (100 * share).toFixed(1);
  const spread =
    interval === null || deviation === null
      ? ""
      : ` (95 % interval ${points(interval[0])} to ${points(interval[1])} %, standard deviation ${points(deviation)} points)`;
  return `mean accuracy ${percent(mean, 2)} over ${folds}${spread}${value === null ? "" : `, loss ${loss(value.mean)}`}`;
}
