import type { Command } from "commander";
import { CONFIG_FILE } from "../config/config-file.ts";
import { addConfigFlags } from "../config/flags.ts";
import type { Output } from "../output/output.ts";
import { RUNS } from "../training/runs.ts";
import { collect, does, withExamples, withJson } from "./command.ts";

export function addTrain(program: Command, output: Output): void {
  const command = program
    .command("train")
    .argument("[data]", "a folder of images, or sample, fashion-mnist, mnist, cifar10, cifar100")
    .summary("train a model on images")
    .description(
      "Trains a model on images, and leaves a folder with the model, its metrics and a report. What is not said is chosen by the images.",
    )
    .option("--out <folder>", `where the run goes; default a new folder in ${RUNS}/`)
    .option("--resume <run>", "resume a run that was stopped or killed")
    .option("--resume-or-start", "resume the run in --out, or start it where none has begun")
    .option("--allow-other-arithmetic", "resume also where results round otherwise: on another processor")
    .option("--config <file>", `settings as JSON; default ${CONFIG_FILE} where there is one`)
    .option("--set <key=value>", "one setting, also inside of others: hyperparameters.beta2=0.99", collect)
    .option("--quiet", "say nothing but the result");
  withJson(command, "events and at last the result as lines of JSON, on the standard output");
  addConfigFlags(command);
  withExamples(
    command,
    "downhill train sample --epochs 1 --out runs/first",
    "downhill train sample --optimizer adamw --lr 0.003 --schedule cosine --epochs 2 --out runs/second",
    "downhill train sample --epochs 2 --out runs/third --resume-or-start",
  );
  does(command, output, async () => (await import("../actions/train.ts")).train);
}
