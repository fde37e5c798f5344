import type { Failure } from "@downhill/train/files";

/** Message from a process to the one that started it. */
export type ProcessMessage<Event, Result> =
  | { readonly kind: "event"; readonly event: Event }
  /** The result; null if the process was stopped on request. */
  | { readonly kind: "done"; readonly result: Result | null }
  | { readonly kind: "failure"; readonly failure: Failure };

/** Request to a process to stop after the current step. */
export const STOP = "stop";
