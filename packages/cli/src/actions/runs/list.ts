import { type BrokenRun, listRuns, type RunSummary } from "@downhill/train";
import { loss, percent } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { table } from "../../output/table.ts";
import { PROGRAM } from "../../program-name.ts";

/** Prints the runs in a folder. */
export function listRunsIn(output: Output, folder: string): undefined {
  const found = listRuns(folder);
  output.result(found.map(toJson), () => text(found, folder, output));
}

function toJson(run: RunSummary | BrokenRun): object {
  if (!("facts" in run)) return run;
  const { facts, ...rest } = run;
  const { created, config, data, model, optimizer, seed } = facts;
  return { ...rest, created, data: data.name, model: model.name, optimizer: optimizer.name, lr: config.lr, seed };
}

function text(found: readonly (RunSummary | BrokenRun)[], folder: string, output: Output): string {
  const runs = found.filter((run): run is RunSummary => "facts" in run);
  const broken = found.filter((run): run is BrokenRun => !("facts" in run));
  const problems = broken.map(({ problem }) => `${output.results.style("red", "unreadable")}  ${problem}`);
  if (runs.length === 0) {
    return [`No runs in ${folder}. Start one: ${PROGRAM} train sample`, ...problems].join("\n");
  }
  const rows = runs.map(({ folder: path, facts, status, epochs, accuracy, loss: value }) => [
    path,
    status,
    accuracy === null ? "-" : percent(accuracy, 2),
    accuracy === null ? "-" : loss(value),
    `${epochs}/${facts.config.epochs}`,
    facts.model.name,
    facts.optimizer.name,
    facts.data.name,
    facts.created.slice(0, 16).replace("T", " "),
  ]);
  const columns = [
    { title: "run", style: "bold" },
    { title: "status", drop: 2 },
    { title: "accuracy", align: "right" },
    { title: "loss", align: "right", drop: 3 },
    { title: "epochs", align: "right", drop: 4 },
    { title: "model", drop: 1 },
    { title: "optimizer", drop: 1 },
    { title: "data", drop: 5 },
    { title: "started (UTC)", drop: 6 },
  ] as const;
  return [table(output.results, columns, rows), ...problems].join("\n");
}
