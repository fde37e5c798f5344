import { FINDER_DEFAULTS, type FinderSettings, rateText, startSearch } from "@downhill/train";
import { defined } from "../config/defined.ts";
import { readOptimizers } from "../config/optimizers.ts";
import { positiveNumber } from "../config/positive-number.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { wholeNumber } from "../config/whole-number.ts";
import type { Output } from "../output/output.ts";
import { followSearch } from "../training/follow-search.ts";
import { printResults } from "../training/print-results.ts";
import { describeSearch } from "../training/search-view.ts";
import { UsageError } from "../usage-error.ts";
import type { FindLrOptions } from "./find-lr-options.ts";
import { findValues } from "./sweep.ts";

/** Finds learning rates by range tests, or other hyperparameters by sweeps. */
export function findLr(output: Output, [data]: readonly [string], options: FindLrOptions): Promise<number> {
  return options.sweep === undefined ? findRates(output, data, options) : findValues(output, data, options);
}

async function findRates(output: Output, data: string, options: FindLrOptions): Promise<number> {
  if (options.values !== undefined) {
    throw new UsageError(`--values ${options.values}: expected --sweep beside it; a range test has --from and --to`);
  }
  // A rate that is given is not needed, and does no harm.
  const { config, optimizers } = readOptimizers(data, options);
  const settings = readSettings(options);
  if (options.out !== undefined) checkUnusedFolder(options.out);
  const request = { given: config, settings, ...(optimizers ? { optimizers } : {}) };
  const ended = await followSearch(output, (onEvent) => startSearch(request, onEvent));
  if ("interrupted" in ended) return ended.interrupted;
  return printResults(output, ended.result, options.out, {
    name: "finder",
    plot: ({ finderPlot }, results) => finderPlot(results),
    describe: (result) => describeSearch(result, output),
    found: ({ chosen }) => chosen && { ...config, lr: Number(rateText(chosen.lr)) },
  });
}

function readSettings({ from, to, steps, seeds, probe, linear, choose }: FindLrOptions): FinderSettings {
  const lowest = from === undefined ? FINDER_DEFAULTS.lowest : positiveNumber("--from", from);
  const highest = to === undefined ? FINDER_DEFAULTS.highest : positiveNumber("--to", to);
  if (lowest >= highest) {
    throw new UsageError(`--from ${from ?? lowest} --to ${to ?? highest}: expected the first rate below the last`);
  }
  return {
    lowest,
    highest,
    ...defined({
      steps: wholeNumber("--steps", steps),
      seeds: wholeNumber("--seeds", seeds),
      probe: wholeNumber("--probe", probe),
    }),
    spacing: linear ? "linear" : "exponential",
    ...(choose === undefined ? {} : { choose }),
  };
}
