import { type GivenConfig, type SweepRequest, type SweepResult, startSweep } from "@downhill/train";
import type { Output } from "../output/output.ts";
import { PROGRAM } from "../program-name.ts";
import { followSearch } from "../training/follow-search.ts";
import { printResults } from "../training/print-results.ts";
import { describeSweep } from "../training/sweep-view.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Sweeps a hyperparameter other than the rate by short trainings with each value, and prints the results.
 * @param folder for the curve and its plot, if they are to be kept
 * @returns the exit status
 */
export async function sweepValues(output: Output, request: SweepRequest, folder?: string): Promise<number> {
  const { given } = request;
  if (given.lr === "auto") {
    throw new UsageError(
      `--lr auto: a sweep needs a fixed rate. Find one by ${PROGRAM} find-lr without --sweep, and set it with --lr.`,
    );
  }
  const ended = await followSearch(output, (onEvent) => startSweep(request, onEvent));
  if ("interrupted" in ended) return ended.interrupted;
  return printResults(output, ended.result, folder, {
    name: "sweep",
    plot: ({ sweepPlot }, results) => sweepPlot(results),
    describe: (result) => describeSweep(result, output),
    found: (result) => withChosen(given, result),
  });
}

/** Returns the configuration with the chosen value; null if there is none. */
function withChosen(config: GivenConfig, { hyperparameter: name, chosen }: SweepResult): GivenConfig | null {
  if (!chosen) return null;
  const { value } = chosen;
  // A value in `hyperparameters` takes precedence over the key of its own.
  const isKey = name !== "beta1" && !Object.hasOwn(config.hyperparameters ?? {}, name);
  if (isKey) return { ...config, [name]: value };
  return { ...config, hyperparameters: { ...config.hyperparameters, [name]: value } };
}
