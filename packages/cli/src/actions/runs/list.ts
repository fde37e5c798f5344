import { type BrokenExperiment, type ExperimentSummary, listExperiments } from "@downhill/experiments";
import { type BrokenRun, listRuns, type RunSummary } from "@downhill/train";
import { loss, percent } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { joinSections } from "../../output/sections.ts";
import { table } from "../../output/table.ts";
import { PROGRAM } from "../../program-name.ts";

/** Prints the runs in a folder, and its comparisons, advices and reproductions. */
export function listRunsIn(output: Output, folder: string): undefined {
  const found = listRuns(folder);
  const experiments = listExperiments(folder);
  output.result([...found.map(toJson), ...experiments], () =>
    joinSections([
      found.length === 0 && experiments.length > 0 ? null : text(found, folder, output),
      experiments.length === 0 ? null : experimentsText(experiments, output),
    ]),
  );
}

type Experiment = ExperimentSummary | BrokenExperiment;

function experimentsText(all: readonly Experiment[], output: Output): string {
  const broken = all.filter((one): one is BrokenExperiment => "problem" in one);
  const rows = all
    .filter((one): one is ExperimentSummary => "kind" in one)
    .map(({ folder, kind, created, data, isFinished, result }) => [
      folder,
      kind,
      isFinished === null ? "-" : isFinished ? "finished" : "stopped",
      data,
      created.slice(0, 16).replace("T", " "),
      result ?? "-",
    ]);
  const columns = [
    { title: "experiment", style: "bold" },
    { title: "kind" },
    { title: "status", drop: 1 },
    { title: "data", drop: 3 },
    { title: "started (UTC)", drop: 4 },
    { title: "result", drop: 5 },
  ] as const;
  return [...(rows.length === 0 ? [] : [table(output.results, columns, rows)]), ...unreadable(broken, output)].join(
    "\n",
  );
}

const unreadable = (broken: readonly { readonly problem: string }[], output: Output): string[] =>
  broken.map(({ problem }) => `${output.results.style("red", "unreadable")}  ${problem}`);

function toJson(run: RunSummary | BrokenRun): object {
  if (!("facts" in run)) return run;
  const { facts, ...rest } = run;
  const { created, config, data, model, optimizer, seed } = facts;
  return { ...rest, created, data: data.name, model: model.name, optimizer: optimizer.name, lr: config.lr, seed };
}

function text(found: readonly (RunSummary | BrokenRun)[], folder: string, output: Output): string {
  const runs = found.filter((run): run is RunSummary => "facts" in run);
  const broken = found.filter((run): run is BrokenRun => !("facts" in run));
  const problems = unreadable(broken, output);
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
