import { defineCommand } from "../../command/define-command.ts";
import { json } from "../shared.ts";

export const list = defineCommand({
  name: "list",
  summary: "list the data sets that have names",
  description: "List the data sets that have names, and their folders on this machine.",
  options: { json },
  examples: ["downhill data list"],
  action: async ({ output }) => (await import("../../actions/data/list.ts")).listDataSets(output),
});
