import type { Command } from "commander";
import type { Output } from "../output/output.ts";
import { RUNS } from "../training/runs.ts";
import { does, withExamples, withJson } from "./command.ts";

const FOLDER = "the folder of a run";

export function addRunsCommands(program: Command, output: Output): void {
  const runs = program
    .command("runs")
    .summary("list, show, compare, export and remove runs")
    .description("What is known of runs: each is a folder, and all of it is in there.");
  withExamples(runs, "downhill runs list", "downhill runs diff runs/first runs/second");
  addList(runs, output);
  addShow(runs, output);
  addDiff(runs, output);
  addExport(runs, output);
  addRemove(runs, output);
}

function addList(runs: Command, output: Output): void {
  const command = runs
    .command("list")
    .argument("[folder]", "where the runs are", RUNS)
    .summary("list runs, the newest first")
    .description("Lists the runs in a folder, the newest first: what was trained, and how well.");
  withJson(command);
  withExamples(command, "downhill runs list");
  does(command, output, async () => (await import("../actions/runs/list.ts")).list);
}

function addShow(runs: Command, output: Output): void {
  const command = runs
    .command("show")
    .argument("<run>", FOLDER)
    .summary("say what a run was, and what came of it")
    .description("Says what a run was told, what it made of that, how it went by epochs, and what came of it.");
  withJson(command);
  withExamples(command, "downhill runs show runs/first");
  does(command, output, async () => (await import("../actions/runs/show.ts")).show);
}

function addDiff(runs: Command, output: Output): void {
  const command = runs
    .command("diff")
    .argument("<run>", FOLDER)
    .argument("<other>", "the folder of another run")
    .summary("say in what two runs differ")
    .description("Says in what the settings, data, device and versions of two runs differ, and what came of each.");
  withJson(command);
  withExamples(command, "downhill runs diff runs/first runs/second");
  does(command, output, async () => (await import("../actions/runs/diff.ts")).diff);
}

function addExport(runs: Command, output: Output): void {
  const command = runs
    .command("export")
    .argument("<run>", FOLDER)
    .summary("write a run's metrics as CSV")
    .description(
      "Writes a run's metrics as CSV, a row for each step: loss, accuracy and every hyperparameter in force.",
    )
    .option("--epochs", "a row for each epoch instead")
    .option("--out <file>", "where it goes; default the standard output")
    .option("--force", "write over a file that is there");
  withExamples(command, "downhill runs export runs/first > steps.csv", "downhill runs export runs/first --epochs");
  does(command, output, async () => (await import("../actions/runs/export.ts")).exportMetrics);
}

function addRemove(runs: Command, output: Output): void {
  const command = runs
    .command("remove")
    .argument("<run...>", "folders of runs")
    .summary("remove runs")
    .description(
      "Removes the files that runs wrote, after asking, and their folders. A folder with other files in it stays, with those.",
    )
    .option("--yes", "do not ask");
  withExamples(command, "downhill runs remove runs/second --yes");
  does(command, output, async () => (await import("../actions/runs/remove.ts")).remove);
}
