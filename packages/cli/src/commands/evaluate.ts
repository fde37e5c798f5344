import type { Command } from "commander";
import { FOLDER_KEYS, keyOption } from "../config/flags.ts";
import type { Output } from "../output/output.ts";
import { does, VIEWS_HELP, withExamples, withJson } from "./command.ts";

export function addEvaluate(program: Command, output: Output): void {
  const command = program
    .command("evaluate")
    .argument("<run>", "the folder of a run")
    .argument("<data>", "a folder of images with classes of the run, or a name such as sample")
    .summary("judge a trained model on images")
    .description(
      "Judges a run's model on a data set: on its test images where it has some, else on those held out, else on all.",
    )
    .option("--threads <n>", "threads that compute; default those of the run")
    .option("--test-time-augmentation <name>", VIEWS_HELP)
    .option("--quiet", "print only the result");
  for (const key of FOLDER_KEYS) command.addOption(keyOption(key));
  withJson(command);
  withExamples(command, "downhill evaluate runs/first sample");
  does(command, output, async () => (await import("../actions/evaluate.ts")).evaluate);
}
