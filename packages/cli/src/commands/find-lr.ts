import { type Command, Option } from "commander";
import { CONFIG_FILE } from "../config/config-file.ts";
import { addConfigFlags } from "../config/flags.ts";
import type { Output } from "../output/output.ts";
import { collect, does, withExamples, withJson } from "./command.ts";

export function addFindLr(program: Command, output: Output): void {
  const command = program
    .command("find-lr")
    .argument("<data>", "a folder of images, or sample, fashion-mnist, mnist, cifar10, cifar100")
    .summary("find the learning rate by a short test")
    .description(
      "Finds the learning rate by a range test: a short training whose rate rises at every step, with the model, the data and the optimizer that are to be trained. It leaves nothing behind, unless it is told where.",
    );
  const own = (option: Option): Command => command.addOption(option.helpGroup("Range test:"));
  own(new Option("--from <number>", "the first rate").default("1e-7"));
  own(new Option("--to <number>", "the last rate").default("10"));
  own(new Option("--steps <n>", "how many rates, each for one step").default("400"));
  own(new Option("--seeds <n>", "do it so often, with other orders of the images: a median with a band").default("1"));
  own(
    new Option(
      "--probe [images]",
      "judge by the loss on so many images, the same each time: less noise, more time",
    ).preset("256"),
  );
  own(new Option("--linear", "rates at equal differences, and not each by a factor above the one before"));
  own(
    new Option("--choose <suggestion>", "which suggestion to take")
      .choices(["consensus", "steepest", "valley", "slide", "minimum", "surmenok"])
      .default("consensus"),
  );
  own(new Option("--out <folder>", "leave the curve and its plot in a folder: finder.json, finder.svg, finder.png"));
  command
    .option("--config <file>", `settings as JSON; default ${CONFIG_FILE} where there is one`)
    .option("--set <key=value>", "one setting, also inside of others: hyperparameters.beta2=0.99", collect)
    .option("--quiet", "say nothing but the result");
  withJson(command);
  addConfigFlags(command);
  withExamples(
    command,
    "downhill find-lr sample",
    "downhill find-lr sample --optimizer sgd,adamw,lion --steps 200 --out rates",
  );
  does(command, output, async () => (await import("../work/find-lr.ts")).findLr);
}
