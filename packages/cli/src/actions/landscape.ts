import {
  type Landscape,
  type LandscapeOptions,
  type LandscapeProgress,
  type LandscapeRun,
  landscapeInWords,
  measureLandscape,
  writeLandscape,
} from "@downhill/experiments";
import { quote } from "../config/command-line.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { type Field, progressFields } from "../output/fit.ts";
import { clock, count, loss, percent, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { progressReporter } from "../output/progress-reporter.ts";
import { joinSections } from "../output/sections.ts";
import { pairs, table } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";
import { PROGRAM } from "../program-name.ts";
import { claimFolder } from "../training/run-folder.ts";

/** Request to measure the loss around runs. */
export interface LandscapeRequest {
  readonly folders: readonly string[];
  /** Folder for the files; a new one in the folder of runs if undefined. */
  readonly out: string | undefined;
  /** Flags of the command that determine the result. */
  readonly words: readonly string[];
  readonly options: LandscapeOptions;
}

/** Measures the loss around runs, writes the page, the plots and the data, and prints the results. */
export async function landscape(
  output: Output,
  { folders, out, words, options }: LandscapeRequest,
): Promise<undefined> {
  if (out !== undefined) checkUnusedFolder(out);
  const report = progressReporter(output);
  const measured = await measureLandscape(folders, {
    ...options,
    command: [PROGRAM, "landscape", ...folders.map(quote), ...words].join(" "),
    onEvent: (event) => {
      if (event.kind === "data") report("reading images", progressFields("reading images", event.done, event.total));
    },
    onProgress: (progress) => report(`measuring: ${progress.activity}`, fieldsOf(progress)),
  });
  for (const note of measured.notes) output.note(note);
  report("writing the page", [{ text: "writing the page", drop: 0 }]);
  // Claimed after the measurement, so that a command that is stopped leaves no folder.
  const folder = claimFolder(out, { data: "landscape", model: measured.runs.map(({ name }) => name).join("-") });
  try {
    const files = await writeLandscape(folder.path, measured);
    const { results, limits } = await landscapeInWords(measured);
    output.result({ ...measured, files }, () => text(measured, results, limits, files, output));
  } finally {
    folder.release();
  }
}

function fieldsOf({ activity, done, total, secondsLeft }: LandscapeProgress): Field[] {
  return [
    { text: percent(done / total, 0), drop: 0 },
    { text: activity, drop: 0 },
    ...(secondsLeft === null ? [] : [{ text: `${clock(secondsLeft)} left`, drop: 1 }]),
  ];
}

function text(
  landscape: Landscape,
  found: readonly string[],
  limits: readonly string[],
  files: readonly string[],
  { results }: Output,
): string {
  const columns = Math.min(100, results.columns());
  return joinSections([
    runsTable(landscape, results),
    ...found.map((sentence) => wrap(sentence, columns)),
    limits.map((sentence) => wrap(sentence, columns)).join("\n"),
    pairs(
      results,
      files.map((path) => ["file", path] as const),
    ),
  ]);
}

function runsTable({ runs, images }: Landscape, results: Output["results"]): string {
  const part = images.part ?? "test";
  const row = ({ name, optimizer, lr, steps, own }: LandscapeRun): string[] => [
    name,
    optimizer,
    short(lr),
    count(steps),
    loss(own.train.loss),
    percent(own.train.accuracy),
    ...(own.test ? [loss(own.test.loss), percent(own.test.accuracy)] : []),
  ];
  return table(
    results,
    [
      { title: "run", style: "bold" },
      { title: "optimizer", drop: 2 },
      { title: "lr", align: "right", drop: 1 },
      { title: "steps", align: "right", drop: 3 },
      { title: "train loss", align: "right" },
      { title: "train acc", align: "right" },
      ...(runs[0]?.own.test
        ? ([
            { title: `${part} loss`, align: "right" },
            { title: `${part} acc`, align: "right" },
          ] as const)
        : []),
    ],
    runs.map(row),
  );
}
