import { variadic } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag, optionOr } from "../command/option.ts";
import { wholeNumber } from "../command/readers.ts";
import { modelOptions, RUN } from "./shared.ts";

export const predict = defineCommand({
  name: "predict",
  summary: "predict the classes of images",
  description:
    "Print the most likely classes of each image. A file that cannot be read as an image is reported, and the command then ends with status 1.",
  args: [RUN, variadic("file", "images (JPEG, PNG, WebP, AVIF, GIF, TIFF) or folders of images")],
  options: {
    top: optionOr(3, "<n>", "number of classes per image", wholeNumber()),
    ...modelOptions,
    json: flag("print one JSON line per file"),
  },
  examples: ["downhill predict runs/first photo.jpg", "downhill predict runs/first photo.jpg --top 1 --json"],
  async action({ output, args: [run, files], options: { top, threads, testTimeAugmentation } }) {
    const { predict } = await import("../actions/predict.ts");
    return predict(output, { run, paths: files, top, threads, views: testTimeAugmentation });
  },
});
