import { variadic } from "../../command/argument.ts";
import { defineCommand } from "../../command/define-command.ts";
import { flag } from "../../command/option.ts";

export const remove = defineCommand({
  name: "remove",
  summary: "remove runs",
  description:
    "Remove the files that runs wrote, and their folders, after confirmation. Other files in the folders are kept.",
  args: [variadic("run", "run folders")],
  options: { yes: flag("remove without confirmation") },
  examples: ["downhill runs remove runs/second --yes"],
  action: async ({ output, args: [runs], options: { yes } }) =>
    (await import("../../actions/runs/remove.ts")).removeRuns(output, runs, yes),
});
