import { join } from "node:path";
import { writeAtomically } from "@downhill/train/files";
import type { Advice } from "../advice.ts";

/** Paths of the files that an advice ends with. */
export const adviceFiles = (folder: string) => ({
  report: join(folder, "report.html"),
  markdown: join(folder, "advice.md"),
  json: join(folder, "advice-result.json"),
  config: join(folder, "downhill.config.json"),
});

/**
 * Writes the report of an advice at any stage into its folder: `report.html`, `advice.md`, `advice-result.json`, and the
 * recommended configuration, `downhill.config.json`.
 * @throws TrainError if a file cannot be written
 */
export async function writeAdviceReport(advice: Advice): Promise<void> {
  // Loaded on demand: the drawing code takes as long to load as everything else.
  const { adviceHtml } = await import("./html.ts");
  const { adviceMarkdown } = await import("./markdown.ts");
  const { adviceToJson } = await import("./json.ts");
  const { report, markdown, json, config } = adviceFiles(advice.folder);
  writeAtomically(report, adviceHtml(advice));
  writeAtomically(markdown, adviceMarkdown(advice));
  writeAtomically(json, `${JSON.stringify(adviceToJson(advice), null, 2)}\n`);
  writeAtomically(config, `${JSON.stringify(advice.config, null, 2)}\n`);
}
