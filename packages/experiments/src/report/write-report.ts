import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { onDisk, writeAtomically } from "@downhill/train/files";
import { readComparison } from "../comparison/comparison.ts";

/** Path of the report of a comparison. */
export const comparisonReport = (folder: string): string => join(folder, "report.html");

/**
 * Writes the report of a comparison at any stage into its folder: `report.html`, `plots/`, `comparison.csv`, `trials.csv` and
 * `comparison-result.json`. The same data give the same bytes.
 * @throws TrainError if the folder is missing or is none, if a file in it is damaged, or if a file cannot be written
 * @example await writeComparisonReport("runs/comparison");
 */
export async function writeComparisonReport(folder: string): Promise<void> {
  // Loaded on demand: the drawing code takes as long to load as everything else.
  const { reportFiles } = await import("./report-files.ts");
  const files = await reportFiles(readComparison(folder));
  onDisk(folder, () => mkdirSync(join(folder, "plots"), { recursive: true }));
  for (const [path, contents] of files) writeAtomically(join(folder, path), contents);
}
