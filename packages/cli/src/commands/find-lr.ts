import { defined } from "@downhill/optim/defined";
import { argument } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag, option } from "../command/option.ts";
import { numbers, oneOf, positiveNumber, text, wholeNumber } from "../command/readers.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { UsageError } from "../usage-error.ts";
import { configOptions, DATA_HELP, json, quiet } from "./shared.ts";

/** Hyperparameters that can be swept: their names in the command line, and in a configuration. */
const SWEPT = { "weight-decay": "weightDecay", momentum: "momentum", "batch-size": "batchSize" } as const;

export const findLr = defineCommand({
  name: "find-lr",
  summary: "find the learning rate by a range test",
  description:
    "Find the learning rate by a range test: a short training of the real model on the real data, in which the rate rises at every step. With --sweep, find the weight decay, the momentum or the batch size instead: the largest value that is as good as the best of short trainings. Without --out, no file is written.",
  args: [argument("data", DATA_HELP)],
  options: {
    from: option("<number>", "first learning rate (default 1e-7)", positiveNumber),
    to: option("<number>", "last learning rate (default 10)", positiveNumber),
    steps: option("<n>", "steps of a range test (default 400) or sweep training (default 100)", wholeNumber()),
    seeds: option("<n>", "repeat N times with different shuffles (default 1; sweep: 3)", wholeNumber()),
    probe: {
      ...option("[images]", "evaluate on N fixed images for less noise (bare: 256; sweep: 512)", wholeNumber()),
      bare: "256",
    },
    linear: flag("space the rates linearly instead of exponentially"),
    choose: option(
      "<name>",
      "suggestion: consensus, steepest, valley, slide, minimum or surmenok (default consensus)",
      oneOf("consensus", "steepest", "valley", "slide", "minimum", "surmenok"),
    ),
    out: option("<folder>", "write the curve and its plot to this folder", text),
    sweep: option(
      "<name>",
      "hyperparameter to find: weight-decay, momentum or batch-size",
      oneOf("weight-decay", "momentum", "batch-size"),
    ),
    values: option("<list>", "values to try, such as 0,1e-4,1e-3 (default: 6 to 9 common ones)", numbers),
    ...configOptions,
    quiet,
    json,
  },
  headings: {
    "Range test:": ["from", "to", "steps", "seeds", "probe", "linear", "choose", "out"],
    "Sweep:": ["sweep", "values"],
  },
  settings: "all",
  examples: [
    "downhill find-lr sample",
    "downhill find-lr sample --optimizer sgd,adamw,lion --steps 200 --out rates",
    "downhill find-lr sample --sweep momentum --optimizer adamw --values 0.8,0.9,0.95 --steps 50",
  ],
  async action({ output, args: [data], options, settings }) {
    const { from, to, linear, choose, sweep, values, out, config, set } = options;
    const common = defined({ steps: options.steps, seeds: options.seeds, probe: options.probe });
    if (sweep === undefined && values !== undefined) {
      throw new UsageError(`--values ${values.join(",")}: expected --sweep. A range test has --from and --to.`);
    }
    const flag = Object.entries({ from, to, linear: linear || undefined, choose }).find(([, value]) => value)?.[0];
    if (sweep !== undefined && flag !== undefined) {
      throw new UsageError(
        `--${flag}: expected a range test. With --sweep ${sweep}, use --values to set the values to try.`,
      );
    }
    const { readOptimizers } = await import("../config/optimizers.ts");
    const request = readOptimizers(data, { ...settings, set, ...defined({ config }) });
    if (out !== undefined) checkUnusedFolder(out);
    if (sweep !== undefined) {
      const { sweepValues } = await import("../actions/sweep.ts");
      return sweepValues(
        output,
        { ...request, sweep: SWEPT[sweep], settings: { ...common, ...defined({ values }) } },
        out,
      );
    }
    const { findRates } = await import("../actions/find-lr.ts");
    const spacing = linear ? "linear" : "exponential";
    return findRates(
      output,
      { ...request, settings: { ...common, ...defined({ lowest: from, highest: to, choose }), spacing } },
      out,
    );
  },
});
