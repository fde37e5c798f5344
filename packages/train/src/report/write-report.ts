import { join } from "node:path";
import type { ImageSet } from "@downhill/images";
import { TrainError } from "../error.ts";
import { makeFolderIn, writeAtomically } from "../files/atomic.ts";
import { png } from "../plots/index.ts";
import { readRunTable } from "../run-folder/index.ts";
import type { RunPaths } from "../run-folder/paths.ts";
import { mistakePictures, plotsToDraw, report } from "./index.ts";

/**
 * Writes the plots and the report of a run at any stage. If one file fails, the others are still written.
 * @param evaluated images of the evaluated part, for pictures of the worst mistakes; null for a report without pictures
 * @returns paths of the written files
 * @throws TrainError with the number of failed files and the first problem
 */
export async function writeReport(paths: RunPaths, evaluated: ImageSet | null): Promise<string[]> {
  const run = readRunTable(paths.folder);
  const written: string[] = [];
  const problems: string[] = [];
  const attempt = async (path: string, contents: () => string | Promise<string | Uint8Array>): Promise<void> => {
    try {
      writeAtomically(path, await contents());
      written.push(path);
    } catch (error) {
      problems.push(error instanceof TrainError ? error.message : `${path}: ${error}`);
    }
  };
  makeFolderIn(paths.plots);
  for (const [name, draw] of Object.entries(plotsToDraw(run))) {
    let drawn: string | undefined;
    const svg = (): string => {
      drawn ??= draw();
      return drawn;
    };
    await attempt(join(paths.plots, `${name}.svg`), svg);
    await attempt(join(paths.plots, `${name}.png`), () => png(svg()));
  }
  await attempt(paths.report, async () => {
    const pictures = evaluated && run.result ? await mistakePictures(run.result.mistakes, evaluated) : [];
    return report({ run, pictures });
  });
  if (problems.length > 0) {
    throw new TrainError(
      `${problems.length} of ${problems.length + written.length} files of the report could not be written. First problem: ${problems[0]}`,
    );
  }
  return written;
}
