import { type Comparison, comparisonReport, hyperparametersOf } from "@downhill/experiments";
import { duration } from "@downhill/train/text";
import { quote } from "../config/command-line.ts";
import { plural } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { joinSections } from "../output/sections.ts";
import { definitions, pairs } from "../output/table.ts";
import { PROGRAM } from "../program-name.ts";
import { scoreTable } from "./comparison-table.ts";

/** Returns a comparison as text: the table, the verdict, the hyperparameters in force, the cost, and the next command. */
export function comparisonText(comparison: Comparison, { results }: Output): string {
  const { entrants, verdict, folder, facts, isFinished } = comparison;
  const total = (key: "tuning" | "training"): number => entrants.reduce((sum, { seconds }) => sum + seconds[key], 0);
  const trainings = entrants.reduce(
    (sum, { tuning, seeds }) => sum + tuning.trainings.length + seeds.filter(Boolean).length,
    0,
  );
  const inForce = entrants.flatMap((entrant) => {
    const text = hyperparametersText(hyperparametersOf(entrant));
    return text === "" ? [] : [[entrant.name, text] as const];
  });
  return joinSections([
    scoreTable(comparison, results),
    verdict === null ? null : results.style("bold", verdict),
    inForce.length === 0 ? null : definitions(results, inForce),
    `${plural(trainings, "training")}: ${duration(total("tuning"))} to find the rates, the same number of trainings for each entrant, and ${duration(total("training"))} to compare.`,
    isFinished ? null : "Stopped. The comparison is saved.",
    pairs(results, [
      ["folder", folder],
      ["report", comparisonReport(folder)],
      isFinished
        ? ["add", `${PROGRAM} compare --add ${quote(folder)} --optimizers NAME`]
        : ["resume", `${PROGRAM} compare --resume ${quote(folder)}`],
    ]),
    facts.seeds.length > 1 ? null : "One seed gives no interval, and no difference can be tested.",
  ]);
}

const hyperparametersText = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");

/** Returns a comparison as the last line of `--json`. */
export const comparisonToJson = ({ folder, facts, entrants, pairs: all, verdict, isFinished }: Comparison): object => ({
  event: "result",
  folder,
  report: comparisonReport(folder),
  status: isFinished ? "finished" : "stopped",
  measure: facts.measure,
  verdict,
  entrants,
  pairs: all.map(({ a, b, ...rest }) => ({ a: entrants[a]?.name, b: entrants[b]?.name, ...rest })),
});
