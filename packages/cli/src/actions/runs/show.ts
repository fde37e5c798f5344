import { outlineRun, type RunOutline, runPaths, viewsOf } from "@downhill/train";
import { quote } from "../../config/command-line.ts";
import { count, duration, loss, percent, setting, short } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { pairs, table } from "../../output/table.ts";
import { accuracyLine, augmentedLines, program } from "../../training/summary.ts";

/** Says what a run was, and what came of it. */
export function show(output: Output, [folder]: readonly [string]): undefined {
  const run = outlineRun(folder);
  const { lastSteps, ...rest } = run;
  output.result(rest, () => text(run, output));
}

function text(run: RunOutline, { results }: Output): string {
  const { folder, facts, result, status, steps } = run;
  const { config, data, model, device, versions } = facts;
  const scored =
    result && accuracyLine({ ...result, views: viewsOf(result, facts.config.testTimeAugmentation) });
  const next =
    status === "finished"
      ? ([["report", runPaths(folder).report]] as const)
      : status === "running"
        ? []
        : ([["go on", `${program} train --resume ${quote(folder)}`]] as const);
  return [
    results.style("bold", folder),
    pairs(results, [
      ["status", `${status}, ${count(steps)} of ${count(facts.totalSteps)} steps`],
      ...(scored ? [["result", scored] as const] : []),
      ...(result ? augmentedLines(result).map((line) => ["", line] as const) : []),
      ["data", `${data.name}, ${count(data.counts.train)} training images`],
      ["model", `${model.name}, ${count(model.parameters)} parameters`],
      ["device", `${device.name}, ${device.threads} threads, ${device.lowering} convolutions`],
      ["versions", `downhill ${versions.downhill}, node ${versions.node}, onnxruntime ${versions.onnxruntime}`],
      ["command", facts.command],
      ...next,
    ]),
    results.style("bold", "Settings"),
    pairs(
      results,
      Object.entries(config).map(([key, value]) => [key, setting(value)]),
    ),
    ...(run.epochs.length === 0 ? [] : [epochTable(run, results)]),
  ].join("\n\n");
}

function epochTable({ epochs, timings, lastSteps }: RunOutline, results: Output["results"]): string {
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
  const right = "right" as const;
  return table(
    results,
    [
      { title: "epoch", align: right },
      { title: "train loss", align: right, drop: 1 },
      { title: "train acc", align: right, drop: 2 },
      { title: `${part} loss`, align: right, drop: 1 },
      { title: `${part} acc`, align: right },
      { title: "lr at its end", align: right, drop: 4 },
      { title: "time", align: right, drop: 3 },
      { title: "img/s", align: right, drop: 5 },
    ],
    rows,
  );
}
