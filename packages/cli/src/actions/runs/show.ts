import { outlineRun, type RunOutline, runPaths, viewsOf } from "@downhill/train";
import { duration } from "@downhill/train/text";
import { quote } from "../../config/command-line.ts";
import { count, loss, percent, setting, short } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { joinSections } from "../../output/sections.ts";
import { pairs, table } from "../../output/table.ts";
import { PROGRAM } from "../../program-name.ts";
import { accuracyLine, augmentedLines } from "../../training/summary.ts";

type Row = readonly [name: string, value: string];

/** Prints the settings, epochs and result of a run. */
export function showRun(output: Output, folder: string): undefined {
  const run = outlineRun(folder);
  const { lastSteps, ...rest } = run;
  output.result(rest, () => text(run, output));
}

function text(run: RunOutline, { results }: Output): string {
  const { folder, facts, status, steps } = run;
  const { config, data, model, device, versions } = facts;
  return joinSections([
    results.style("bold", folder),
    pairs(results, [
      ["status", `${status}, ${count(steps)} of ${count(facts.totalSteps)} steps`],
      ...resultRows(run),
      ["data", `${data.name}, ${count(data.counts.train)} training images`],
      ["model", `${model.name}, ${count(model.parameters)} parameters`],
      ["device", `${device.name}, ${device.threads} threads, ${device.lowering} convolutions`],
      ["versions", `downhill ${versions.downhill}, node ${versions.node}, onnxruntime ${versions.onnxruntime}`],
      ["command", facts.command],
      ...nextRows(run),
    ]),
    results.style("bold", "Settings"),
    pairs(
      results,
      Object.entries(config).map(([key, value]) => [key, setting(value)]),
    ),
    epochTable(run, results),
  ]);
}

function resultRows({ result, facts }: RunOutline): Row[] {
  if (!result) return [];
  const scored = accuracyLine({ ...result, views: viewsOf(result, facts.config.testTimeAugmentation) });
  const lines = augmentedLines(result).map((line): Row => ["", line]);
  return scored === null ? lines : [["result", scored], ...lines];
}

function nextRows({ folder, status }: RunOutline): Row[] {
  if (status === "running") return [];
  if (status === "finished") return [["report", runPaths(folder).report]];
  return [["resume", `${PROGRAM} train --resume ${quote(folder)}`]];
}

/** Returns one row per epoch; an empty text before the first epoch ends. */
function epochTable({ epochs, timings, lastSteps }: RunOutline, results: Output["results"]): string {
  if (epochs.length === 0) return "";
  const rows = epochs.map((line, i) => {
    const timing = timings.find(({ epoch }) => epoch === line.epoch);
    const rate = lastSteps[i]?.lr;
    return [
      String(line.epoch + 1),
      loss(line.train.loss),
      percent(line.train.accuracy),
      line.evaluation ? loss(line.evaluation.loss) : "-",
      line.evaluation ? percent(line.evaluation.accuracy, 2) : "-",
      rate === undefined ? "-" : short(rate),
      timing ? duration(timing.seconds) : "-",
      timing ? count(timing.imagesPerSecond) : "-",
    ];
  });
  const part = epochs.find(({ evaluation }) => evaluation)?.evaluation?.part ?? "test";
  return table(
    results,
    [
      { title: "epoch", align: "right" },
      { title: "train loss", align: "right", drop: 1 },
      { title: "train acc", align: "right", drop: 2 },
      { title: `${part} loss`, align: "right", drop: 1 },
      { title: `${part} acc`, align: "right" },
      { title: "final lr", align: "right", drop: 4 },
      { title: "time", align: "right", drop: 3 },
      { title: "img/s", align: "right", drop: 5 },
    ],
    rows,
  );
}
