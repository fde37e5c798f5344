import type { DataSet, ImageSet } from "@downhill/images";
import { openData } from "../run/prepare.ts";
import { runPaths } from "../run-folder/paths.ts";
import { readResult } from "../run-folder/result.ts";
import { type RunFacts, readRunFile } from "../run-folder/run-file.ts";

export interface ReportOptions {
  /** Folder for decoded images. */
  readonly cache?: string;
  /** Receives a sentence where the report is written without something. */
  readonly onNote?: (text: string) => void;
}

/**
 * Writes the plots and the report of a run again, with what its folder has: the run may be finished, running or
 * interrupted. Pictures of mistakes need the run's images; without them the report is written without pictures.
 * @returns the files that were written
 * @throws TrainError where the folder is no run's or is damaged, or a file could not be written
 * @example await reportRun("runs/first");
 */
export async function reportRun(
  folder: string,
  { cache, onNote = () => {} }: ReportOptions = {},
): Promise<readonly string[]> {
  const facts = readRunFile(folder);
  const result = readResult(folder);
  let evaluated: ImageSet | null = null;
  if (result?.part && result.mistakes.length > 0) {
    try {
      evaluated = (await openEvaluated(facts, cache))[result.part];
    } catch (error) {
      onNote(`The report has no pictures of mistakes: ${(error as Error).message}`);
    }
  }
  // What draws is loaded when it is needed: it takes as long to load as all the rest.
  const { writeReport } = await import("./write-report.ts");
  return await writeReport(runPaths(folder), evaluated);
}

/** The images of a run, if they are those that it was trained on. */
async function openEvaluated({ given, data: { fingerprint } }: RunFacts, cache: string | undefined): Promise<DataSet> {
  const data = await openData(given, cache, () => {});
  if (data.fingerprint !== fingerprint) throw new Error(`${given.data}: its images have changed since the run`);
  return data;
}
