import type { Run } from "../run-folder/read.ts";

/** What a report is made of. */
export interface ReportData {
  readonly run: Run;
  /** PNG files of the result's mistakes, in their order; of fewer of them, or none. See `mistakePictures`. */
  readonly pictures?: readonly Uint8Array[];
}
