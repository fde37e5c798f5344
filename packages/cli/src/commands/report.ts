import { defineCommand } from "../command/define-command.ts";
import { json, quiet, RUN } from "./shared.ts";

export const report = defineCommand({
  name: "report",
  summary: "write the report and plots of a run again",
  description:
    "Write the report and plots of a run again, from the files in its folder. The run may be finished, running or interrupted.",
  args: [RUN],
  options: { quiet, json },
  examples: ["downhill report runs/first"],
  async action({ output, args: [run] }) {
    const { isCrossValidation, reportCrossValidation, reportRun, runPaths } = await import("@downhill/train");
    if (isCrossValidation(run)) {
      const path = await reportCrossValidation(run);
      output.result({ run, report: path, files: [path] }, () => path);
      return undefined;
    }
    const files = await reportRun(run, { onNote: (text) => output.note(text) });
    const { report: path } = runPaths(run);
    output.result({ run, report: path, files }, () => path);
    return undefined;
  },
});
