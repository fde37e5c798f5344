import { type RunEvent, type RunRequest, readRunFile, startRun } from "@downhill/train";
import { sentence } from "@downhill/train/text";
import { quote } from "../config/command-line.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { PROGRAM } from "../program-name.ts";
import { follow } from "./follow.ts";
import { JsonEvents } from "./json-events.ts";
import { resultObject, summarize } from "./summary.ts";
import { type Origin, TrainingView } from "./view.ts";

/**
 * Starts or resumes a run, reports its progress and prints its result. Ctrl-C saves it, a second one ends the process.
 * @returns the exit status
 */
export function followRun(request: RunRequest, output: Output, origin: Origin): Promise<number> {
  const view = new TrainingView(output, origin);
  const json = new JsonEvents(output);
  const show = (event: RunEvent): void => {
    if (output.mode.json) {
      if (!output.mode.quiet) json.show(event);
    } else view.show(event);
  };
  return follow(
    output,
    (onEvent: (event: RunEvent) => void) => startRun(request, onEvent),
    show,
    ({ result, interrupted, unwritable }) => {
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
    },
  );
}
