import { variadic } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag, option, optionOr } from "../command/option.ts";
import { oneOf, share, text, wholeNumber } from "../command/readers.ts";
import { modelOptions, RUN } from "./shared.ts";

export const predict = defineCommand({
  name: "predict",
  summary: "predict the classes of images",
  description:
    "Print the most likely classes of each image. A file that cannot be read as an image is reported, and the command then ends with status 1. - reads the standard input: one image, or a list of paths, one per line.",
  args: [RUN, variadic("file", "images, folders, archives, quoted patterns such as 'photos/**/*.jpg', or -")],
  options: {
    top: optionOr(3, "<n>", "number of classes per image", wholeNumber()),
    threshold: option("<p>", "mark images as unsure below this probability", share),
    copyTo: option("<folder>", "copy each image into a subfolder named by its class", text),
    ...modelOptions,
    format: optionOr("text", "<name>", "text, csv or json (one JSON line per file)", oneOf("text", "csv", "json")),
    json: flag("print one JSON line per file"),
  },
  examples: [
    "downhill predict runs/first photo.jpg",
    "downhill predict runs/first photo.jpg --top 1 --json",
    "downhill predict runs/first photo.jpg --copy-to sorted --threshold 0.8 --format csv",
  ],
  async action({ output, args: [run, paths], options: { testTimeAugmentation: views, json, format, ...options } }) {
    const { predict } = await import("../actions/predict.ts");
    return predict(output, { run, paths, views, format: json ? "json" : format, stdin: process.stdin, ...options });
  },
});
