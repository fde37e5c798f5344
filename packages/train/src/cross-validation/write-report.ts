import { writeAtomically } from "../files/atomic.ts";
import { readCrossValidation } from "./cross-validation.ts";
import { crossValidationReport } from "./cross-validation-file.ts";

/**
 * Rewrites the report of a cross-validation from its folder, at any stage.
 * @returns path of the report
 * @throws TrainError if the folder is missing or is none, if a file in it is damaged, or if the report cannot be written
 */
export async function reportCrossValidation(folder: string): Promise<string> {
  // Loaded on demand: the drawing code takes as long to load as everything else.
  const { crossValidationHtml } = await import("./report.ts");
  const path = crossValidationReport(folder);
  writeAtomically(path, crossValidationHtml(readCrossValidation(folder)));
  return path;
}
