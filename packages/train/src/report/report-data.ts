import type { Steps } from "../plots/training-data.ts";
import type { Run } from "../run-folder/read.ts";
import type { ExplainedMistake } from "./explain-mistakes.ts";

/** A run whose steps are stored as lines or as columns. */
export type ReportRun = Omit<Run, "steps"> & { readonly steps: Steps };

/** Contents of a report. */
export interface ReportData {
  readonly run: ReportRun;
  /** PNG files of the first mistakes of the result, in the same order; default none. See `mistakePictures`. */
  readonly pictures?: readonly Uint8Array[];
  /** Explanations of the first mistakes, in the same order; default none. */
  readonly explained?: readonly ExplainedMistake[];
}
