import { defineCommand } from "../command/define-command.ts";
import { json, quiet, RUN } from "./shared.ts";

export const report = defineCommand({
  name: "report",
  summary: "write the report and plots of a run or a comparison again",
  description:
    "Write the report and plots of a run or a comparison again, from the files in its folder. It may be finished, running or interrupted.",
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
    const { comparisonReport, isComparison, writeComparisonReport } = await import("@downhill/experiments");
    if (isComparison(run)) {
      await writeComparisonReport(run);
      const path = comparisonReport(run);
      output.result({ run, report: path, files: [path] }, () => path);
      return undefined;
    }
    const files = await reportRun(run, { onNote: (text) => output.note(text) });
    const { report: path } = runPaths(run);
    output.result({ run, report: path, files }, () => path);
    return undefined;
  },
});
