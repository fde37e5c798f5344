import type { Problem } from "../problem.ts";
import type { FinderProgress } from "../range-test/options.ts";
import type { FinderResult } from "../range-test/result.ts";
import type { RunResult } from "../run-folder/result.ts";
import type { RunFacts } from "../run-folder/run-file.ts";
import type { SweepProgress } from "../sweep/options.ts";
import type { EpochLine, StepLine } from "../training/callback.ts";
import type { Spent } from "../training/checkpoint.ts";

/** Event of a run in progress, as plain data. */
export type RunEvent =
  /** Progress of reading the data set: downloading, decoding, measuring. */
  | { readonly kind: "data"; readonly what: string; readonly done: number; readonly total: number }
  /** Information that is not an error. A problem with remedies has them as fields, too, for interfaces that word them. */
  | ({ readonly kind: "note"; readonly text: string } & Partial<Problem>)
  /** Progress of the range test, at most ten times a second. */
  | ({ readonly kind: "finding"; readonly optimizer: string } & FinderProgress)
  /** Result of the range test. If it chose no rate, the run uses `instead`. */
  | { readonly kind: "found"; readonly finder: FinderResult; readonly instead: number }
  /** Progress of a sweep, at most ten times a second. */
  | ({ readonly kind: "sweeping"; readonly optimizer: string } & SweepProgress)
  /** Start of the training, or its resumption at `step`. */
  | { readonly kind: "start"; readonly run: RunFacts; readonly step: number }
  /** A step, at most ten times a second; `spent` is the time and number of images so far. */
  | { readonly kind: "step"; readonly line: StepLine; readonly totalSteps: number; readonly spent: Spent }
  /** End of an epoch; `best` is true if its evaluation is the best so far. */
  | { readonly kind: "epoch"; readonly line: EpochLine; readonly spent: Spent; readonly best: boolean }
  /** Work after the last step: evaluation, export, report. */
  | { readonly kind: "finishing"; readonly what: string }
  /** Result of the run: the last event. */
  | { readonly kind: "result"; readonly result: RunResult };
