import { optional } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag } from "../command/option.ts";
import { json } from "./shared.ts";

export const optimizers = defineCommand({
  name: "optimizers",
  summary: "list the optimizers, or describe one",
  description:
    "List the optimizers, simplest first, or describe one: its rule, hyperparameters, paper and when to use it.",
  args: [optional("name", "optimizer to describe, such as adamw")],
  options: { latex: flag("print the update rule as LaTeX"), json },
  examples: ["downhill optimizers", "downhill optimizers adamw", "downhill optimizers lion --latex"],
  async action({ output, args: [name], options: { latex } }) {
    const { listOptimizers, showOptimizer } = await import("../actions/optimizers.ts");
    return name === undefined ? listOptimizers(output, latex) : showOptimizer(output, name, latex);
  },
});
