import type { Handle } from "@downhill/train";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { endAtOnce, listenForInterrupts } from "./interrupts.ts";

/** Result of a training that has ended, or was stopped. */
export interface Ended<Result> {
  readonly result: Result;
  /** Exit status of a stop request; null without one. */
  readonly interrupted: number | null;
  /** True if the output can no longer be written. */
  readonly unwritable: boolean;
}

/**
 * Follows a training until its end. Ctrl-C saves it, a second one ends the process.
 * @param start starts the training, which reports its events to the argument
 * @param show prints an event
 * @param finish prints the result, and returns the exit status
 */
export async function follow<Event extends { readonly kind: string }, Result>(
  output: Output,
  start: (onEvent: (event: Event) => void) => Handle<Result>,
  show: (event: Event) => void,
  finish: (ended: Ended<Result>) => number,
): Promise<number> {
  let phase: "preparing" | "training" | "finishing" = "preparing";
  let interrupted: number | null = null;
  let unwritable = false;
  const handle = start((event) => {
    if (event.kind === "fold") phase = "preparing";
    if (event.kind === "start" || event.kind === "comparison" || event.kind === "advice") phase = "training";
    if (event.kind === "finishing") phase = "finishing";
    show(event);
  });
  const endNow = (status: number): void => {
    output.clearStatus();
    endAtOnce(status);
  };
  const stop = (status: number): void => {
    // Before the first step there is nothing to save.
    if (phase === "preparing") {
      endNow(status);
      return;
    }
    interrupted = status;
    handle.stop();
    output.log(
      phase === "training"
        ? "Stopping after this step and saving the run. Press Ctrl-C again to end at once."
        : "Training is complete; finishing the report. Press Ctrl-C again to end at once.",
    );
  };
  const removeListeners = listenForInterrupts(stop, endNow);
  output.onOutputClosed = (status) => {
    if (status === undefined) stop(STATUS.outputClosed);
    else {
      // The error is printed already; the run is saved, or ends before its first step.
      interrupted = status;
      unwritable = true;
      handle.stop();
      // The write may fail after this command has returned its status.
      process.exitCode = status;
    }
  };
  try {
    const result = await handle.done;
    return finish({ result, interrupted, unwritable });
  } catch (error) {
    if (unwritable) return STATUS.failed;
    throw error;
  } finally {
    removeListeners();
    output.clearStatus();
  }
}
