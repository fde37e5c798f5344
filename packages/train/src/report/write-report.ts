import { join } from "node:path";
import type { ImageSet } from "@downhill/images";
import { TrainError } from "../error.ts";
import { makeFolderIn, writeAtomically } from "../files/atomic.ts";
import { openRun } from "../inference/open-run.ts";
import { png } from "../plots/index.ts";
import { readRunTable } from "../run-folder/index.ts";
import type { RunPaths } from "../run-folder/paths.ts";
import { type ExplainedMistake, explainMistakes } from "./explain-mistakes.ts";
import { mistakePictures, plotsToDraw, report } from "./index.ts";

/**
 * Writes the plots and the report of a run at any stage. If one file fails, the others are still written.
 * @param evaluated images of the evaluated part, for pictures of the worst mistakes; null for a report without pictures
 * @param train images of the training part, for explanations of the mistakes; null for a report without them
 * @returns paths of the written files
 * @throws TrainError with the number of failed files and the first problem
 */
export async function writeReport(
  paths: RunPaths,
  evaluated: ImageSet | null,
  train: ImageSet | null = null,
): Promise<string[]> {
  const run = readRunTable(paths.folder);
  const written = new Set<string>();
  const problems: string[] = [];
  const attempt = async (path: string, contents: () => string | Promise<string | Uint8Array>): Promise<void> => {
    written.add(path);
    try {
      writeAtomically(path, await contents());
    } catch (error) {
      written.delete(path);
      problems.push(error instanceof TrainError ? error.message : `${path}: ${error}`);
    }
  };
  makeFolderIn(paths.plots);
  // A picture is rendered by another thread while the next plot is drawn. One at a time, since each takes much memory.
  let rendering: Promise<void> = Promise.resolve();
  for (const [name, draw] of Object.entries(plotsToDraw(run))) {
    let drawn: string | undefined;
    const svg = (): string => {
      drawn ??= draw();
      return drawn;
    };
    await attempt(join(paths.plots, `${name}.svg`), svg);
    await rendering;
    rendering = attempt(join(paths.plots, `${name}.png`), () => png(svg()));
  }
  await attempt(paths.report, async () => {
    const pictures = evaluated && run.result ? await mistakePictures(run.result.mistakes, evaluated) : [];
    const explained =
      evaluated && train && pictures.length > 0
        ? await explainMistakes(openRun(paths.folder), run.result?.mistakes ?? [], evaluated, train).catch(orNone)
        : [];
    return report({ run, pictures, explained });
  });
  await rendering;
  if (problems.length > 0) {
    throw new TrainError(
      `${problems.length} of ${problems.length + written.size} files of the report could not be written. First problem: ${problems[0]}`,
    );
  }
  return [...written];
}

/** Leaves out the explanations of a model that this package cannot differentiate. @throws any other error */
function orNone(error: Error): readonly ExplainedMistake[] {
  if (error.name === "GraphError") return [];
  throw error;
}
