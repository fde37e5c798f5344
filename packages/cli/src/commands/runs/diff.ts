import { argument } from "../../command/argument.ts";
import { defineCommand } from "../../command/define-command.ts";
import { json, RUN } from "../shared.ts";

export const diff = defineCommand({
  name: "diff",
  summary: "show the differences between two runs",
  description: "Show the settings, data, device and versions in which two runs differ, and the result of each run.",
  args: [RUN, argument("other", "another run folder")],
  options: { json },
  examples: ["downhill runs diff runs/first runs/second"],
  action: async ({ output, args: [a, b] }) => (await import("../../actions/runs/diff.ts")).compareRuns(output, a, b),
});
