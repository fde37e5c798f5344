import { defined } from "@downhill/optim/defined";
import { optional } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag, option } from "../command/option.ts";
import { text, time, wholeNumber } from "../command/readers.ts";
import { flagOf } from "../config/flags.ts";
import { RUNS } from "../training/runs.ts";
import { UsageError } from "../usage-error.ts";
import { configOptions, DATA_HELP, quiet } from "./shared.ts";

export const advise = defineCommand({
  name: "advise",
  summary: "find settings that beat the defaults on your images",
  description:
    "Find settings that beat the defaults on your images within a time limit: learning rate, optimizer, batch size, weight decay, warm-up and momentum. Settings that you state are not questioned. Each question is answered by trainings with the same seeds. The chosen settings and the defaults are then compared on fresh seeds. The result is a configuration file, and a page of reasons with intervals.",
  args: [optional("data", DATA_HELP)],
  options: {
    budget: option("<time>", "time limit, such as 90s, 30m or 2h (default 30m)", time),
    seeds: option("<n>", "trainings per candidate, each with another seed, at least 2 (default 3)", wholeNumber(100)),
    jobs: option("<n>", "trainings at the same time (default 1)", wholeNumber(64)),
    out: option("<folder>", `folder of the advice, empty or new (default: a new folder in ${RUNS}/)`, text),
    resume: option("<folder>", "resume an advice that was stopped or killed", text),
    ...configOptions,
    quiet,
    json: flag("print events and the result as JSON lines"),
  },
  headings: {
    "Advice:": ["budget", "seeds", "jobs"],
    "Folder:": ["out", "resume"],
  },
  settings: "all",
  examples: ["downhill advise sample --budget 30m --out runs/advice", "downhill advise --resume runs/advice"],
  async action({ output, args: [data], options, settings }) {
    const { resume, out, budget, seeds, jobs, config, set } = options;
    if (resume !== undefined) {
      const given = defined({ data, out, budget, seeds, jobs, config, ...settings });
      const flags = [...Object.keys(given), ...(set.length > 0 ? ["set"] : [])].map((key) =>
        key === "data" ? "DATA" : flagOf(key),
      );
      if (flags.length > 0) {
        throw new UsageError(
          `--resume ${resume}: an advice keeps its settings. Remove ${flags.join(", ")}, or start a new advice.`,
        );
      }
      return (await import("../actions/advise.ts")).resumeAdvice(output, resume);
    }
    const refused = REFUSED.find((key) => settings[key] !== undefined);
    if (refused !== undefined) {
      throw new UsageError(
        `${flagOf(refused)} ${settings[refused]}: all settings are evaluated on the same images. Remove ${flagOf(refused)}.`,
      );
    }
    if (seeds === 1) throw new UsageError("--seeds 1: one seed gives no interval. Expected at least 2.");
    const { readGiven } = await import("../config/given.ts");
    const { config: given } = readGiven(data, { ...settings, set, ...defined({ config }) });
    const { startNewAdvice } = await import("../actions/advise.ts");
    return startNewAdvice(output, given, out, defined({ budget, seeds, jobs }));
  },
});

/** Settings of a training that an advice decides. */
const REFUSED = ["fold", "folds"] as const;
