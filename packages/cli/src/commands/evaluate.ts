import { argument } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { READING_KEYS } from "../config/flags.ts";
import { json, modelOptions, quiet, RUN } from "./shared.ts";

export const evaluate = defineCommand({
  name: "evaluate",
  summary: "evaluate a trained model on images",
  description:
    "Evaluate a trained model on a data set: on its test images if it has any, otherwise on its held-out images, otherwise on all images.",
  args: [RUN, argument("data", "folder or archive with classes of the run, or a name such as sample")],
  options: { ...modelOptions, quiet, json },
  settings: [...READING_KEYS, "bands", "valueRange"],
  examples: ["downhill evaluate runs/first sample"],
  async action({ output, args: [run, data], options: { threads, testTimeAugmentation }, settings }) {
    const { evaluate } = await import("../actions/evaluate.ts");
    return evaluate(output, { run, data, threads, views: testTimeAugmentation, settings });
  },
});
