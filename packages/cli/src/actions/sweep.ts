import { type GivenConfig, type SweepResult, type SweepSettings, type Swept, startSweep } from "@downhill/train";
import { defined } from "../config/defined.ts";
import { readOptimizers } from "../config/optimizers.ts";
import { readText } from "../config/text-value.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { wholeNumber } from "../config/whole-number.ts";
import type { Output } from "../output/output.ts";
import { followSearch } from "../training/follow-search.ts";
import { printResults } from "../training/print-results.ts";
import { program } from "../training/summary.ts";
import { describeSweep } from "../training/sweep-view.ts";
import { UsageError } from "../usage-error.ts";
import type { FindLrOptions } from "./find-lr-options.ts";

/** What can be swept, as the command line has it. */
const SWEPT: Readonly<Record<string, Swept>> = {
  "weight-decay": "weightDecay",
  momentum: "momentum",
  "batch-size": "batchSize",
};

/** Finds a hyperparameter other than the rate by short trainings with each of some values. */
export async function findValues(output: Output, data: string, options: FindLrOptions): Promise<number> {
  checkFlags(options);
  const { config, optimizers } = readOptimizers(data, options);
  if (config.lr === "auto") {
    throw new UsageError(
      `--lr auto: a sweep expects a rate: find it by ${program} find-lr without --sweep, and state it with --lr`,
    );
  }
  const settings = readSettings(options);
  if (options.out !== undefined) checkUnusedFolder(options.out);
  const sweep = SWEPT[options.sweep as string] as Swept;
  const request = { given: config, sweep, settings, ...(optimizers ? { optimizers } : {}) };
  const ended = await followSearch(output, (onEvent) => startSweep(request, onEvent));
  if ("interrupted" in ended) return ended.interrupted;
  return printResults(output, ended.result, options.out, {
    name: "sweep",
    plot: ({ sweepPlot }, results) => sweepPlot(results),
    describe: (result) => describeSweep(result, output),
    found: (result) => withFound(config, result),
  });
}

/** @throws UsageError for flags of a range test */
function checkFlags(options: FindLrOptions): void {
  const flag = (["from", "to", "linear", "choose"] as const).find((name) => options[name] !== undefined);
  if (flag === undefined) return;
  throw new UsageError(
    `--${flag} is of a range test: with --sweep ${options.sweep} expected the values to try, as --values 0,0.5,0.9`,
  );
}

function readSettings({ values, steps, seeds, probe }: FindLrOptions): SweepSettings {
  return {
    ...(values === undefined ? {} : { values: readValues(values) }),
    ...defined({
      steps: wholeNumber("--steps", steps),
      seeds: wholeNumber("--seeds", seeds),
      probe: wholeNumber("--probe", probe),
    }),
  };
}

function readValues(text: string): number[] {
  const values = readText({ type: "array", items: { type: "number" } }, text);
  if (Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === "number")) return values;
  throw new UsageError(`--values ${text}: expected numbers with commas between them, such as 0,1e-4,1e-3`);
}

/** The configuration with the value that was found; null where none was. */
function withFound(config: GivenConfig, { hyperparameter: name, chosen }: SweepResult): GivenConfig | null {
  if (!chosen) return null;
  const { value } = chosen;
  // Of two places where a value may stand, `hyperparameters` comes before the key of its own.
  const isKey = name !== "beta1" && !Object.hasOwn(config.hyperparameters ?? {}, name);
  return {
    ...config,
    ...(isKey ? { [name]: value } : { hyperparameters: { ...config.hyperparameters, [name]: value } }),
  };
}
