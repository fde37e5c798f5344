import type { Steps } from "../plots/training-data.ts";
import type { Run } from "../run-folder/read.ts";

/** A run, with its steps as lines or as columns. */
export type ReportRun = Omit<Run, "steps"> & { readonly steps: Steps };

/** What a report is made of. */
export interface ReportData {
  readonly run: ReportRun;
  /** PNG files of the result's mistakes, in their order; of fewer of them, or none. See `mistakePictures`. */
  readonly pictures?: readonly Uint8Array[];
}
