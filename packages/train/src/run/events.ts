import type { Problem } from "../problem.ts";
import type { FinderProgress } from "../range-test/options.ts";
import type { FinderResult } from "../range-test/result.ts";
import type { RunResult } from "../run-folder/result.ts";
import type { RunFacts } from "../run-folder/run-file.ts";
import type { SweepProgress } from "../sweep/options.ts";
import type { EpochLine, StepLine } from "../training/callback.ts";
import type { Spent } from "../training/checkpoint.ts";

/** What a run tells while it goes on: plain data. */
export type RunEvent =
  /** The data set is being read: decoded, fetched, measured. */
  | { readonly kind: "data"; readonly what: string; readonly done: number; readonly total: number }
  /** Information that is not an error. A problem with remedies has them as fields, too, for interfaces that word them. */
  | ({ readonly kind: "note"; readonly text: string } & Partial<Problem>)
  /** The learning rate is searched, a few times a second. */
  | ({ readonly kind: "finding"; readonly optimizer: string } & FinderProgress)
  /** What the search came to; where nothing is chosen, `instead` is taken. */
  | { readonly kind: "found"; readonly finder: FinderResult; readonly instead: number }
  /** A hyperparameter is swept, a few times a second. */
  | ({ readonly kind: "sweeping"; readonly optimizer: string } & SweepProgress)
  /** The training begins, or goes on from `step`. */
  | { readonly kind: "start"; readonly run: RunFacts; readonly step: number }
  /** Steps, a few times a second; `epochMilliseconds` is for the rate of images. */
  | { readonly kind: "step"; readonly line: StepLine; readonly totalSteps: number; readonly spent: Spent }
  | { readonly kind: "epoch"; readonly line: EpochLine; readonly spent: Spent; readonly best: boolean }
  /** What is done after the last step: judging, exporting, reporting. */
  | { readonly kind: "finishing"; readonly what: string }
  | { readonly kind: "result"; readonly result: RunResult };
