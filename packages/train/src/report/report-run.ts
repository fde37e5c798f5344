import type { DataSet, ImageSet } from "@downhill/images";
import { openData } from "../run/prepare.ts";
import { runPaths } from "../run-folder/paths.ts";
import { readResult } from "../run-folder/result.ts";
import { type RunFacts, readRunFile } from "../run-folder/run-file.ts";

export interface ReportOptions {
  /** Folder for decoded images. */
  readonly cache?: string;
  /** Receives a sentence about each omitted part of the report. */
  readonly onNote?: (text: string) => void;
}

/**
 * Rewrites the plots and the report of a run from its folder. The run may be finished, in progress or interrupted.
 * Pictures of mistakes require the images of the run; without the images, the report has no pictures.
 * @returns paths of the written files
 * @throws TrainError if the folder is not a run folder or is damaged, or if a file cannot be written
 * @example await reportRun("runs/first");
 */
export async function reportRun(
  folder: string,
  { cache, onNote = () => {} }: ReportOptions = {},
): Promise<readonly string[]> {
  const facts = readRunFile(folder);
  const result = readResult(folder);
  let evaluated: ImageSet | null = null;
  let train: ImageSet | null = null;
  if (result?.part && result.mistakes.length > 0) {
    try {
      const data = await openEvaluated(facts, cache);
      evaluated = data[result.part];
      train = data.train;
    } catch (error) {
      onNote(`The report has no pictures of mistakes. ${(error as Error).message}`);
    }
  }
  // Loaded on demand: the drawing code takes as long to load as everything else.
  const { writeReport } = await import("./write-report.ts");
  return await writeReport(runPaths(folder), evaluated, train);
}

/** Opens the images of a run and checks that they are the ones it was trained on. */
async function openEvaluated(run: RunFacts, cache: string | undefined): Promise<DataSet> {
  const { given } = run;
  const data = await openData(given, cache, () => {}, [], run);
  if (data.fingerprint !== run.data.fingerprint)
    throw new Error(`${given.data}: the images have changed since the run.`);
  return data;
}
