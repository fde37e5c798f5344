import { optionalOr } from "../../command/argument.ts";
import { defineCommand } from "../../command/define-command.ts";
import { RUNS } from "../../training/runs.ts";
import { json } from "../shared.ts";

export const list = defineCommand({
  name: "list",
  summary: "list runs, newest first",
  description:
    "List the runs in a folder with their models and results, and its comparisons, advices and reproductions, newest first.",
  args: [optionalOr(RUNS, "folder", "folder that contains run folders")],
  options: { json },
  examples: ["downhill runs list"],
  action: async ({ output, args: [folder] }) => (await import("../../actions/runs/list.ts")).listRunsIn(output, folder),
});
