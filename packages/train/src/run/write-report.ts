import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ImageSet } from "@downhill/images";
import { writeAtomically } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import { png } from "../plots/index.ts";
import { mistakePictures, plotsOfRun, report } from "../report/index.ts";
import { readRunFolder } from "../run-folder/index.ts";
import type { RunPaths } from "./paths.ts";

/**
 * Writes the plots and the report of a run that has its result.
 * @param judged the images that it was judged by, of which the report shows mistakes
 */
export async function writeReport(paths: RunPaths, judged: ImageSet | null): Promise<void> {
  const run = readRunFolder(paths.folder);
  onDisk(paths.plots, () => mkdirSync(paths.plots, { recursive: true }));
  for (const [name, svg] of Object.entries(plotsOfRun(run))) {
    writeAtomically(join(paths.plots, `${name}.svg`), svg);
    writeAtomically(join(paths.plots, `${name}.png`), await png(svg));
  }
  const pictures = judged && run.result ? await mistakePictures(run.result.mistakes, judged) : [];
  writeAtomically(paths.report, report({ run, pictures }));
}
