import type { Handle, RunEvent } from "@downhill/train";
import { progressFields } from "../output/fit.ts";
import type { Output } from "../output/output.ts";
import { progressReporter } from "../output/progress-reporter.ts";
import { endAtOnce, listenForInterrupts } from "./interrupts.ts";
import { findingFields, findingLine } from "./search-view.ts";
import { sweepingFields, sweepingLine } from "./sweep-view.ts";

/**
 * Starts a search, reports its progress and waits for its result. Ctrl-C stops it, a second Ctrl-C ends the process.
 * @returns the result, or the exit status if the search was interrupted
 */
export async function followSearch<Result>(
  output: Output,
  start: (onEvent: (event: RunEvent) => void) => Handle<Result>,
): Promise<{ readonly result: Result } | { readonly interrupted: number }> {
  const search = start(searchReporter(output));
  let interrupted: number | null = null;
  const removeListeners = listenForInterrupts(
    (status) => {
      interrupted = status;
      search.stop();
    },
    (status) => {
      output.clearStatus();
      endAtOnce(status);
    },
  );
  try {
    const result = await search.done;
    output.clearStatus();
    if (interrupted === null) return { result };
    output.log("Stopped. Results of an incomplete search are not kept.");
    return { interrupted };
  } finally {
    removeListeners();
    output.clearStatus();
  }
}

function searchReporter(output: Output): (event: RunEvent) => void {
  const report = progressReporter(output);
  return (event) => {
    if (event.kind === "data") report(event.what, progressFields(event.what, event.done, event.total));
    else if (event.kind === "finding") report(findingLine(event), findingFields(event));
    else if (event.kind === "sweeping") report(sweepingLine(event), sweepingFields(event));
  };
}
