import type { Command } from "commander";
import type { Output } from "../output/output.ts";
import { does, withExamples, withJson } from "./command.ts";

export function addOptimizers(program: Command, output: Output): void {
  const command = program
    .command("optimizers")
    .argument("[name]", "an optimizer, such as adamw")
    .summary("list the optimizers, or say of one its rule and when to use it")
    .description(
      "Lists the optimizers, the simplest first; of one, says its rule, hyperparameters, paper and when to use it.",
    )
    .option("--latex", "the rule as a formula in LaTeX");
  withJson(command);
  withExamples(command, "downhill optimizers", "downhill optimizers adamw", "downhill optimizers lion --latex");
  does(command, output, async () => (await import("../actions/optimizers.ts")).showOptimizers);
}
