import { type RunEvent, type RunRequest, readRunFile, startRun } from "@downhill/train";
import { sentence } from "@downhill/train/text";
import { quote } from "../config/command-line.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { PROGRAM } from "../program-name.ts";
import { endAtOnce, listenForInterrupts } from "./interrupts.ts";
import { JsonEvents } from "./json-events.ts";
import { resultObject, summarize } from "./summary.ts";
import { type Origin, TrainingView } from "./view.ts";

/**
 * Starts or resumes a run, reports its progress and prints its result. Ctrl-C saves it, a second one ends the process.
 * @returns the exit status
 */
export async function followRun(request: RunRequest, output: Output, origin: Origin): Promise<number> {
  const view = new TrainingView(output, origin);
  const json = new JsonEvents(output);
  let phase: "preparing" | "training" | "finishing" = "preparing";
  let interrupted: number | null = null;
  let unwritable = false;
  const onEvent = (event: RunEvent): void => {
    if (event.kind === "start") phase = "training";
    if (event.kind === "finishing") phase = "finishing";
    if (output.mode.json) {
      if (!output.mode.quiet) json.show(event);
    } else view.show(event);
  };
  const handle = startRun(request, onEvent);
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
    const { folder } = request;
    output.result(resultObject(folder, result), () => summarize(folder, readRunFile(folder), result, output));
    // A run that is stopped after its last step finishes as any other.
    const stopped =
      result.status !== "finished" || interrupted === STATUS.outputClosed || unwritable ? interrupted : null;
    if (result.missing !== undefined) {
      output.error(
        `${output.progress.style("red", "Error:")} ${sentence(result.missing)} The model and the result are complete. Write the report again with ${PROGRAM} report ${quote(folder)}`,
      );
      return stopped ?? STATUS.failed;
    }
    return stopped ?? STATUS.done;
  } catch (error) {
    if (unwritable) return STATUS.failed;
    throw error;
  } finally {
    removeListeners();
    output.clearStatus();
  }
}
