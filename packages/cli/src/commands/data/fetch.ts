import { argument } from "../../command/argument.ts";
import { defineCommand } from "../../command/define-command.ts";
import { flag, option } from "../../command/option.ts";
import { text } from "../../command/readers.ts";
import { json } from "../shared.ts";

export const fetch = defineCommand({
  name: "fetch",
  summary: "download a data set from its official source",
  description:
    "Download a data set from its official source and verify it. An interrupted download continues where it stopped. A data set in the folder that the environment variable DOWNHILL_DATA names is not downloaded.",
  args: [argument("name", "fashion-mnist, mnist, cifar10 or cifar100")],
  options: {
    folder: option("<folder>", "folder for data sets (default: in the user's cache)", text),
    quiet: flag("print only the folder"),
    json,
  },
  examples: ["downhill data fetch sample"],
  action: async ({ output, args: [name], options: { folder } }) =>
    (await import("../../actions/data/fetch.ts")).fetchData(output, name, folder),
});
