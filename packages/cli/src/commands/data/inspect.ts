import { argument } from "../../command/argument.ts";
import { defineCommand } from "../../command/define-command.ts";
import { option } from "../../command/option.ts";
import { text } from "../../command/readers.ts";
import { READING_KEYS } from "../../config/flags.ts";
import { DATA_HELP, force, json } from "../shared.ts";

export const inspect = defineCommand({
  name: "inspect",
  summary: "show how images and labels are read, count them and report problems",
  description:
    "Read a data set as a training would. Print how its images and labels were recognized, the flags that choose another reading, the number of images per class and part, and problems such as imbalanced classes, duplicate images and unreadable files.",
  args: [argument("data", DATA_HELP)],
  options: {
    sheet: option("<file>", "PNG file for a sheet of images beside their labels", text),
    force,
    json,
  },
  settings: [
    ...READING_KEYS,
    "fold",
    "folds",
    "validationShare",
    "imageSize",
    "channels",
    "bands",
    "valueRange",
    "seed",
  ],
  examples: ["downhill data inspect sample --sheet sheet.png"],
  action: async ({ output, args: [data], options: { sheet, force }, settings }) =>
    (await import("../../actions/data/inspect.ts")).inspectData(output, { data, settings, sheet, force }),
});
