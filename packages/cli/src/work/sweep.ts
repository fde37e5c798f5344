import { type GivenConfig, type SweepResult, type SweepSettings, type Swept, startSweep } from "@downhill/train";
import { commandFor } from "../config/command-line.ts";
import { defined } from "../config/defined.ts";
import { readOptimizers } from "../config/optimizers.ts";
import { readText } from "../config/text-value.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { wholeNumber } from "../config/whole-number.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { pairs } from "../output/table.ts";
import { writeFiles } from "../output/write-files.ts";
import { followSearch } from "../training/follow-search.ts";
import { program } from "../training/summary.ts";
import { describeSweep } from "../training/sweep-view.ts";
import { UsageError } from "../usage-error.ts";
import type { FindLrOptions } from "./find-lr.ts";

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
  const { result: results } = ended;
  const files = options.out === undefined ? [] : await write(options.out, results);
  const [only] = results;
  output.result(results.length === 1 ? (only as SweepResult) : { results }, () =>
    [
      ...results.map((result) => describeSweep(result, output)),
      pairs(output.results, [
        ...files.map((file, i) => [i === 0 ? "files" : "", file] as const),
        ...nextCommand(config, results),
      ]),
    ]
      .filter((section) => section !== "")
      .join("\n\n"),
  );
  return results.every(({ chosen }) => chosen) ? STATUS.done : STATUS.failed;
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

/** The results as JSON, and their plot. */
async function write(folder: string, results: readonly SweepResult[]): Promise<string[]> {
  // Loaded when there is something to draw.
  const { sweepPlot, png } = await import("@downhill/train/plots");
  const svg = sweepPlot(results);
  return writeFiles(folder, {
    "sweep.json": `${JSON.stringify(results.length === 1 ? results[0] : { results }, null, 2)}\n`,
    "sweep.svg": svg,
    "sweep.png": await png(svg),
  });
}

/** The training that the first of the found values is for. */
function nextCommand(config: GivenConfig, results: readonly SweepResult[]): [string, string][] {
  const found = results.find(({ chosen }) => chosen);
  if (!found?.chosen) return [];
  const optimizer = results.length > 1 ? { optimizer: found.optimizer } : {};
  const { hyperparameter: name } = found;
  const { value } = found.chosen;
  // Of two places where a value may stand, `hyperparameters` comes before the key of its own.
  const isKey = name !== "beta1" && !Object.hasOwn(config.hyperparameters ?? {}, name);
  const chosen = isKey ? { [name]: value } : { hyperparameters: { ...config.hyperparameters, [name]: value } };
  return [["next", commandFor({ ...config, ...optimizer, ...chosen }).replace(/^downhill/, program)]];
}
