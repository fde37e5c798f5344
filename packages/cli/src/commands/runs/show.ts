import { defineCommand } from "../../command/define-command.ts";
import { json, RUN } from "../shared.ts";

export const show = defineCommand({
  name: "show",
  summary: "show the settings and results of a run",
  description: "Show the settings of a run, its epochs and its result.",
  args: [RUN],
  options: { json },
  examples: ["downhill runs show runs/first"],
  action: async ({ output, args: [run] }) => (await import("../../actions/runs/show.ts")).showRun(output, run),
});
