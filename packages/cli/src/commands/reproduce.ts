import { defined } from "@downhill/optim/defined";
import { optional } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag, option } from "../command/option.ts";
import { text, wholeNumber } from "../command/readers.ts";
import { flagOf, keySchemas } from "../config/flags.ts";
import { RUNS } from "../training/runs.ts";
import { UsageError } from "../usage-error.ts";
import { quiet } from "./shared.ts";

export const reproduce = defineCommand({
  name: "reproduce",
  summary: "repeat a result of the literature",
  description:
    "Repeat a result of the literature and print what the paper states, what was measured, and whether it holds. Without a name, list all with the time that they take.",
  args: [optional("name", "result to repeat, such as ruder-surfaces")],
  options: {
    quick: flag("train for seconds on few images: it shows that everything runs, and decides nothing"),
    data: option("<data>", "images to train on (default: those of the result)", text),
    trainLimit: option("<n>", "maximum number of training images (default: depends on the result)", wholeNumber()),
    seeds: option(
      "<n>",
      "trainings of each setting, each with another seed (default: depends on the result)",
      wholeNumber(1000),
    ),
    threads: option("<n>", "compute threads (default: one per core)", wholeNumber(keySchemas().threads?.maximum)),
    out: option(
      "<folder>",
      `write plots, data and the report to this folder, empty or new (default: a new folder in ${RUNS}/ if it trains)`,
      text,
    ),
    resume: option("<folder>", "resume a reproduction that was stopped or killed", text),
    quiet,
    json: flag("print events and the result as JSON lines"),
  },
  examples: ["downhill reproduce", "downhill reproduce ruder-surfaces --out animations", "downhill reproduce amsgrad"],
  async action({ output, args: [name], options: { quick, data, trainLimit, seeds, threads, out, resume } }) {
    const actions = await import("../actions/reproduce.ts");
    if (resume !== undefined) {
      const others = [...(name === undefined ? [] : [name]), ...(quick ? ["--quick"] : [])];
      const flags = Object.keys(defined({ data, trainLimit, seeds, threads, out })).map(flagOf);
      if (others.length + flags.length === 0) return actions.resumeReproduction(output, resume);
      throw new UsageError(
        `--resume ${resume}: a reproduction keeps its settings. Remove ${[...others, ...flags].join(", ")}.`,
      );
    }
    if (name === undefined) return actions.listReproductions(output);
    return actions.reproduceOne(output, name, { quick, ...defined({ data, trainLimit, seeds, threads, out }) });
  },
});
