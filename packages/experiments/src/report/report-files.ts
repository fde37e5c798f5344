import { png } from "@downhill/train/plots";
import type { Comparison } from "../comparison/comparison.ts";
import { entrantsCsv, resultJson, trialsCsv } from "./plain-data.ts";
import { comparedCurvesPlot } from "./plots/curves.ts";
import { rankingPlot } from "./plots/ranking.ts";
import { ratesPlot } from "./plots/rates.ts";
import { comparisonHtml } from "./report.ts";

/** Plots of a comparison by the names of their files. */
const PLOTS = { ranking: rankingPlot, curves: comparedCurvesPlot, rates: ratesPlot } as const;

/** Returns the contents of all files of a report, by their paths in the folder of the comparison. */
export async function reportFiles(comparison: Comparison): Promise<Map<string, string | Uint8Array>> {
  const files = new Map<string, string | Uint8Array>([
    ["comparison-result.json", resultJson(comparison)],
    ["comparison.csv", entrantsCsv(comparison)],
    ["trials.csv", trialsCsv(comparison)],
    ["report.html", comparisonHtml(comparison)],
  ]);
  for (const [name, draw] of Object.entries(PLOTS)) {
    if (name === "rates" && comparison.facts.tuning === 0) continue;
    const svg = draw(comparison);
    files.set(`plots/${name}.svg`, svg);
    files.set(`plots/${name}.png`, await png(svg));
  }
  return files;
}
