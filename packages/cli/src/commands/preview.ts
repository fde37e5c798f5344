import { type Command, Option } from "commander";
import type { Output } from "../output/output.ts";
import { collect, does, withExamples, withJson } from "./command.ts";

export function addPreview(program: Command, output: Output): void {
  const command = program
    .command("preview")
    .argument("[schedule]", "a schedule by its name, or as JSON", "oneCycle")
    .summary("draw a schedule before running it")
    .description(
      "Draws what a schedule will do in a run, against steps and epochs: to the learning rate, or to the momentum, the weight decay or the batch size.",
    )
    .addOption(
      new Option("--of <what>", "what follows the schedule")
        .choices(["lr", "momentum", "weight-decay", "batch-size"])
        .default("lr"),
    )
    .option(
      "--base <number>",
      "the value that it begins with, or rises to; default 0.1, of the batch size --batch-size",
    )
    .option(
      "--set <argument=value>",
      "an argument of the schedule, in steps, or in epochs after unit=epochs; of the batch size in epochs",
      collect,
    )
    .option("--warmup <epochs>", "epochs in which the value first rises to its schedule")
    .option("--epochs <n>", "how long the run is", "10")
    .option("--images <n>", "how many training images there are", "50000")
    .option("--batch-size <n>", "images of a step", "64")
    .option(
      "--increase-batch-instead-of-decay",
      "raise the batch size in the place of lowering the rate (arXiv 1711.00489)",
    )
    .option("--largest-batch <n>", "the most images of a step; default a tenth of all")
    .option("--out <folder>", "leave it in a folder: preview.json, preview.svg, preview.png");
  withJson(command);
  withExamples(
    command,
    "downhill preview cosine --base 0.05 --warmup 1 --epochs 30",
    "downhill preview step --of batch-size --base 128 --set stepSize=3 --set gamma=4",
    "downhill preview multi-step --increase-batch-instead-of-decay --set gamma=0.2 --epochs 180 --batch-size 128",
  );
  does(command, output, async () => (await import("../actions/preview.ts")).preview);
}
