import type { RunEvent } from "@downhill/train";
import type { Failure } from "@downhill/train/files";
import type { Outcome } from "../comparison/outcome.ts";

/** Message from the process of a trial. */
export type TrialMessage =
  | { readonly kind: "event"; readonly event: RunEvent }
  /** The outcome; null if the trial was stopped on request. */
  | { readonly kind: "done"; readonly outcome: Outcome | null }
  | { readonly kind: "failure"; readonly failure: Failure };

/** Request to the process of a trial to stop after the current step. */
export const STOP = "stop";
