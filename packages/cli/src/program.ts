import { createRequire } from "node:module";
import { Command } from "commander";
import { addDataCommands } from "./commands/data.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addExport } from "./commands/export.ts";
import { addFindLr } from "./commands/find-lr.ts";
import { addOptimizers } from "./commands/optimizers.ts";
import { addPredict } from "./commands/predict.ts";
import { addPreview } from "./commands/preview.ts";
import { addReport } from "./commands/report.ts";
import { addRunsCommands } from "./commands/runs.ts";
import { addSchedules } from "./commands/schedules.ts";
import { addTrain } from "./commands/train.ts";
import type { Output } from "./output/output.ts";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

/** The command line: every command with its flags and its help. */
export function createProgram(output: Output): Command {
  const program = new Command("downhill")
    .description("Trains image models, and leaves a model, its metrics and a report.")
    .version(version, "-V, --version", "say the version")
    .helpOption("-h, --help", "say this")
    .helpCommand("help [command]", "say what a command does")
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => output.results.write(text),
      writeErr: (text) => output.progress.write(text),
      // Told with all other errors.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(100, output.results.columns()),
      getErrHelpWidth: () => Math.min(100, output.progress.columns()),
      getOutHasColors: () => output.results.style("bold", "") !== "",
      getErrHasColors: () => output.progress.style("bold", "") !== "",
    })
    .addHelpText(
      "after",
      `
First: downhill train sample
Then:  downhill train path/to/photos    one folder inside of it for each class

A command's own help has its flags and an example: downhill train --help`,
    );
  addTrain(program, output);
  addFindLr(program, output);
  addPreview(program, output);
  addEvaluate(program, output);
  addPredict(program, output);
  addExport(program, output);
  addReport(program, output);
  addRunsCommands(program, output);
  addDataCommands(program, output);
  addOptimizers(program, output);
  addSchedules(program, output);
  addDoctor(program, output);
  return program;
}
