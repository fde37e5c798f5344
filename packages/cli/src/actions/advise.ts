import { type AdviceRequest, adviceToJson, type NewAdvice, startAdvice } from "@downhill/experiments";
import type { GivenConfig } from "@downhill/train";
import { adviseCommand } from "../config/command-line.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { adviceText } from "../training/advice-summary.ts";
import { AdviceView } from "../training/advice-view.ts";
import { follow } from "../training/follow.ts";
import { claimFolder } from "../training/run-folder.ts";

/** Options of a new advice, as a command gives them. */
export type AdviseOptions = Pick<NewAdvice, "budget" | "seeds" | "jobs">;

/** Starts a new advice, and returns the exit status. */
export function startNewAdvice(
  output: Output,
  given: GivenConfig,
  out: string | undefined,
  options: AdviseOptions,
): Promise<number> {
  const folder = claimFolder(out, { ...given, optimizer: "advice" });
  process.once("exit", folder.release);
  const { budget, ...others } = options;
  const command = adviseCommand(given, { ...(budget === undefined ? {} : { budget: `${budget}s` }), ...others });
  return followAdvice(output, { kind: "new", given, folder: folder.path, command, ...options });
}

/** Resumes an advice, and returns the exit status. */
export const resumeAdvice = (output: Output, folder: string): Promise<number> =>
  followAdvice(output, { kind: "resume", folder });

function followAdvice(output: Output, request: AdviceRequest): Promise<number> {
  const view = new AdviceView(output);
  return follow(
    output,
    (onEvent: Parameters<typeof startAdvice>[1] & object) => startAdvice(request, onEvent),
    (event) => view.show(event),
    ({ result, interrupted, unwritable }) => {
      const { folder, isFinished } = result;
      const status = isFinished ? "finished" : "stopped";
      output.result({ event: "result", folder, status, ...adviceToJson(result) }, () => adviceText(result, output));
      const stopped = !isFinished || interrupted === STATUS.outputClosed || unwritable ? interrupted : null;
      if (stopped !== null) return stopped;
      return result.baseline?.scores.includes(null) === false ? STATUS.done : STATUS.failed;
    },
  );
}
