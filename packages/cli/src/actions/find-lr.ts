import { FINDER_DEFAULTS, type FinderRequest, rateText, startSearch } from "@downhill/train";
import type { Output } from "../output/output.ts";
import { followSearch } from "../training/follow-search.ts";
import { printResults } from "../training/print-results.ts";
import { describeSearch } from "../training/search-view.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Finds learning rates by range tests, one per optimizer, and prints them.
 * @param folder for the curves and their plot, if they are to be kept
 * @returns the exit status
 */
export async function findRates(output: Output, request: FinderRequest, folder?: string): Promise<number> {
  const { lowest, highest } = { ...FINDER_DEFAULTS, ...request.settings };
  if (lowest >= highest) {
    throw new UsageError(`--from ${lowest} --to ${highest}: expected the first rate below the last`);
  }
  const ended = await followSearch(output, (onEvent) => startSearch(request, onEvent));
  if ("interrupted" in ended) return ended.interrupted;
  return printResults(output, ended.result, folder, {
    name: "finder",
    plot: ({ finderPlot }, results) => finderPlot(results),
    describe: (result) => describeSearch(result, output),
    found: ({ chosen }) => chosen && { ...request.given, lr: Number(rateText(chosen.lr)) },
  });
}
