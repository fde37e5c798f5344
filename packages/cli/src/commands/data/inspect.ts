import { argument } from "../../command/argument.ts";
import { defineCommand } from "../../command/define-command.ts";
import { FOLDER_KEYS } from "../../config/flags.ts";
import { DATA_HELP, json } from "../shared.ts";

export const inspect = defineCommand({
  name: "inspect",
  summary: "count the images of each class and report problems",
  description:
    "Read a data set as a training would. Print the number of images per class and part, and problems such as imbalanced classes, duplicate images and unreadable files.",
  args: [argument("data", DATA_HELP)],
  options: { json },
  settings: [
    ...FOLDER_KEYS,
    "fold",
    "folds",
    "validationShare",
    "imageSize",
    "channels",
    "bands",
    "valueRange",
    "seed",
  ],
  examples: ["downhill data inspect sample"],
  action: async ({ output, args: [data], settings }) =>
    (await import("../../actions/data/inspect.ts")).inspectData(output, data, settings),
});
