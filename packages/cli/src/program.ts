import { createRequire } from "node:module";
import { Command } from "commander";
import { advise } from "./commands/advise.ts";
import { compare } from "./commands/compare.ts";
import { data } from "./commands/data/index.ts";
import { doctor } from "./commands/doctor.ts";
import { evaluate } from "./commands/evaluate.ts";
import { exportModel } from "./commands/export.ts";
import { findLr } from "./commands/find-lr.ts";
import { lab } from "./commands/lab.ts";
import { landscape } from "./commands/landscape.ts";
import { optimizers } from "./commands/optimizers.ts";
import { predict } from "./commands/predict.ts";
import { preview } from "./commands/preview.ts";
import { report } from "./commands/report.ts";
import { reproduce } from "./commands/reproduce.ts";
import { runs } from "./commands/runs/index.ts";
import { schedules } from "./commands/schedules.ts";
import { train } from "./commands/train.ts";
import type { Output } from "./output/output.ts";
import { PROGRAM } from "./program-name.ts";

/** All commands, in the order of the help. */
const COMMANDS = [
  train,
  findLr,
  compare,
  advise,
  reproduce,
  landscape,
  preview,
  evaluate,
  predict,
  exportModel,
  report,
  runs,
  lab,
  data,
  optimizers,
  schedules,
  doctor,
];

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

/** Returns the whole command line. */
export function createProgram(output: Output): Command {
  const program = new Command("downhill")
    .description("Train image models, and measure which optimizer, learning rate and schedule to use.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .showSuggestionAfterError()
    // Descriptions state defaults themselves.
    .configureHelp({
      optionDescription: ({ description }) => description,
      argumentDescription: ({ description }) => description,
    })
    .configureOutput({
      writeOut: (text) => output.results.write(text),
      writeErr: (text) => output.progress.write(text),
      // Printed as all other errors are.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(100, output.results.columns()),
      getErrHelpWidth: () => Math.min(100, output.progress.columns()),
      getOutHasColors: () => output.results.style("bold", "") !== "",
      getErrHasColors: () => output.progress.style("bold", "") !== "",
    })
    .addHelpText(
      "after",
      `
First run:    ${PROGRAM} train sample
Your images:  ${PROGRAM} train path/to/photos    (one subfolder per class)

Flags and examples of a command: ${PROGRAM} train --help`,
    );
  for (const add of COMMANDS) add(program, output);
  return program;
}
