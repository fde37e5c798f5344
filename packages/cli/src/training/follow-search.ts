import type { Handle, RunEvent } from "@downhill/train";
import { progressFields } from "../output/fit.ts";
import type { Output } from "../output/output.ts";
import { teller } from "../output/teller.ts";
import { findingFields, findingLine } from "./search-view.ts";
import { endAtOnce, hearInterrupts } from "./signals.ts";
import { sweepingFields, sweepingLine } from "./sweep-view.ts";

/**
 * Waits for what searches, and tells how far it is. Ctrl-C ends it, a second one at once.
 * @returns what it came to, or the status to end with where it was interrupted
 */
export async function followSearch<Result>(
  output: Output,
  start: (onEvent: (event: RunEvent) => void) => Handle<Result>,
): Promise<{ readonly result: Result } | { readonly interrupted: number }> {
  const search = start(shower(output));
  let interrupted: number | null = null;
  const unhear = hearInterrupts(
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
    output.say("Stopped: nothing is kept of a test that is not whole");
    return { interrupted };
  } finally {
    unhear();
    output.clearStatus();
  }
}

function shower(output: Output): (event: RunEvent) => void {
  const tell = teller(output);
  return (event) => {
    if (event.kind === "data") tell(event.what, progressFields(event.what, event.done, event.total));
    else if (event.kind === "finding") tell(findingLine(event), findingFields(event));
    else if (event.kind === "sweeping") tell(sweepingLine(event), sweepingFields(event));
  };
}
