import { defined } from "@downhill/optim/defined";
import { optional } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag, option } from "../command/option.ts";
import { names, oneOf, share, text, time, wholeNumber, wholeNumbers } from "../command/readers.ts";
import { flagOf } from "../config/flags.ts";
import { RUNS } from "../training/runs.ts";
import { UsageError } from "../usage-error.ts";
import { configOptions, DATA_HELP, quiet } from "./shared.ts";

export const compare = defineCommand({
  name: "compare",
  summary: "compare optimizers on your images",
  description:
    "Find out which optimizer, schedule, model or batch size is best on your images. Every entrant first finds its own learning rate with the same number of trainings, on validation images. Then all train with the same seeds, and the differences are tested. The result is a table with intervals, and a verdict.",
  args: [optional("data", DATA_HELP)],
  options: {
    optimizers: option("<names>", "optimizers to compare, such as sgd,adam,lion", names),
    schedules: option("<names>", "schedules to compare, such as oneCycle,cosine", names),
    models: option("<names>", "models to compare, such as lenet,resnet8", names),
    batchSizes: option("<numbers>", "batch sizes to compare, such as 64,256", wholeNumbers),
    seeds: option("<n>", "compared trainings per entrant, each with another seed (default 3)", wholeNumber(1000)),
    tuning: option("<n>", "trainings per entrant to find its learning rate (default 6)", wholeNumber(100)),
    tuneWeightDecay: flag("also find each entrant's weight decay, with 3 more trainings"),
    measure: option(
      "<name>",
      "score: accuracy, loss, or seconds or updates until --target (default accuracy)",
      oneOf("accuracy", "loss", "seconds", "updates"),
    ),
    target: option("<share>", "also measure when each entrant reaches this accuracy, such as 0.9", share),
    stopEarly: flag("drop the worse half of the entrants after the search for rates, and again after each seed"),
    budget: option("<time>", "fewer trainings if they would take longer: 90s, 30m or 2h (default: no limit)", time),
    jobs: option("<n>", "trainings at the same time (default 1)", wholeNumber(64)),
    out: option("<folder>", `folder of the comparison, empty or new (default: a new folder in ${RUNS}/)`, text),
    resume: option("<folder>", "resume a comparison that was stopped or killed", text),
    add: option("<folder>", "add entrants to a comparison", text),
    ...configOptions,
    quiet,
    json: flag("print events and the result as JSON lines"),
  },
  headings: {
    "Entrants:": ["optimizers", "schedules", "models", "batchSizes"],
    "Comparison:": ["seeds", "tuning", "tuneWeightDecay", "measure", "target", "stopEarly", "budget", "jobs"],
    "Folder:": ["out", "resume", "add"],
  },
  settings: "all",
  examples: [
    "downhill compare sample --optimizers sgd,adam --epochs 1 --out runs/race",
    "downhill compare --resume runs/race",
  ],
  async action({ output, args: [data], options, settings }) {
    const { optimizers = [], schedules = [], models = [], batchSizes = [], jobs = 1, ...others } = options;
    const { resume, add, out, seeds, tuning, tuneWeightDecay, measure, target, budget, stopEarly, config, set } =
      others;
    const choices = { optimizer: optimizers, schedule: schedules, model: models, batchSize: batchSizes };
    const common = defined({ data, out, seeds, tuning, measure, target, budget, config, ...settings });
    const switches = Object.entries({ stopEarly, tuneWeightDecay, set: set.length > 0 });
    const fixed = [...Object.keys(common), ...switches.flatMap(([key, isOn]) => (isOn ? [key] : []))];
    const chosen = Object.entries({ optimizers, schedules, models, batchSizes }).filter(([, list]) => list.length > 0);
    if (resume !== undefined) {
      checkAlone("--resume", resume, [...fixed, ...chosen.map(([key]) => key), ...(add === undefined ? [] : ["add"])]);
      return (await import("../actions/compare.ts")).resumeComparison(output, resume, jobs);
    }
    if (chosen.length === 0) {
      throw new UsageError(
        "compare: there are no entrants. Expected --optimizers, --schedules, --models or --batch-sizes, such as --optimizers sgd,adam.",
      );
    }
    if (add !== undefined) {
      checkAlone("--add", add, fixed);
      return (await import("../actions/compare.ts")).addEntrants(output, add, choices, jobs);
    }
    const refused = Object.keys(REFUSED).find((key) => settings[key] !== undefined);
    if (refused !== undefined) {
      throw new UsageError(`${flagOf(refused)} ${settings[refused]}: ${REFUSED[refused]} Remove ${flagOf(refused)}.`);
    }
    if ((measure === "seconds" || measure === "updates") && target === undefined) {
      throw new UsageError(`--measure ${measure}: expected --target, the accuracy until which ${measure} are counted`);
    }
    const { readGiven } = await import("../config/given.ts");
    const { config: given } = readGiven(data, { ...settings, set, ...defined({ config }) });
    const { startNew } = await import("../actions/compare.ts");
    return startNew(output, given, choices, out, {
      ...defined({ seeds, tuning, measure, target, budget }),
      stopEarly,
      tuneWeightDecay,
      jobs,
    });
  },
});

/** Settings of a training that a comparison decides. */
const REFUSED: Readonly<Record<string, string>> = {
  lr: "each entrant finds its own learning rate.",
  fold: "all entrants are evaluated on the same images.",
  folds: "all entrants are evaluated on the same images.",
};

/** @throws UsageError if a command for an existing comparison has options that would change it */
function checkAlone(flagName: string, folder: string, others: readonly string[]): void {
  if (others.length === 0) return;
  const flags = others.map((key) => (key === "data" ? "DATA" : flagOf(key)));
  throw new UsageError(
    `${flagName} ${folder}: a comparison keeps its settings. Remove ${flags.join(", ")}, or start a new comparison.`,
  );
}
