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
      "Finds the learning rate by a range test: a short training whose rate rises at every step, with the model, the data and the optimizer that are to be trained. With --sweep it finds the weight decay, the momentum or the batch size instead, by short trainings with each of some values. It leaves nothing behind, unless it is told where.",
    );
  const ownIn =
    (group: string) =>
    (option: Option): Command =>
      command.addOption(option.helpGroup(group));
  const own = ownIn("Range test:");
  own(new Option("--from <number>", "the first rate; default 1e-7"));
  own(new Option("--to <number>", "the last rate; default 10"));
  own(new Option("--steps <n>", "how many rates, each for one step; default 400. Of a sweep's trainings: default 100"));
  own(
    new Option(
      "--seeds <n>",
      "do it so often, with other orders of the images: a mean or median with a band; default 1, of a sweep 3",
    ),
  );
  own(
    new Option(
      "--probe [images]",
      "judge by the loss on so many images, the same each time: less noise, more time. Of a sweep: default 512",
    ).preset("256"),
  );
  own(new Option("--linear", "rates at equal differences, and not each by a factor above the one before"));
  own(
    new Option("--choose <suggestion>", "which suggestion to take; default consensus").choices([
      "consensus",
      "steepest",
      "valley",
      "slide",
      "minimum",
      "surmenok",
    ]),
  );
  own(
    new Option(
      "--out <folder>",
      "leave the curve and its plot in a folder: finder.json, finder.svg, finder.png; sweep.*",
    ),
  );
  const sweeps = ownIn("Sweep:");
  sweeps(
    new Option(
      "--sweep <what>",
      "instead of the rate, which stays --lr: the largest value that is as good as the best, each tried by short trainings from the same start",
    ).choices(["weight-decay", "momentum", "batch-size"]),
  );
  sweeps(new Option("--values <list>", "the values to try, such as 0,1e-4,1e-3; default 6 to 9 usual ones"));
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
    "downhill find-lr sample --sweep momentum --optimizer adamw --values 0.8,0.9,0.95 --steps 50",
  );
  does(command, output, async () => (await import("../actions/find-lr.ts")).findLr);
}
