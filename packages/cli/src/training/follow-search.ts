import type { Handle, RunEvent } from "@downhill/train";
import { progressFields } from "../output/fit.ts";
import type { Output } from "../output/output.ts";
import { progressReporter } from "../output/progress-reporter.ts";
import { endAtOnce, listenForInterrupts } from "./interrupts.ts";
import { findingFields, findingLine } from "./search-view.ts";
import { sweepingFields, sweepingLine } from "./sweep-view.ts";

/**
 * Waits for what searches, and tells how far it is. Ctrl-C ends it, a second one at once.
 * @returns what it came to, or the status to end with where it was interrupted
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
    output.log("Stopped: nothing is kept of a test that is not whole");
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
