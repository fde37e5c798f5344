import { optional } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { option } from "../command/option.ts";
import { text } from "../command/readers.ts";
import { json } from "./shared.ts";

export const reproduce = defineCommand({
  name: "reproduce",
  summary: "repeat a result of the literature",
  description:
    "Repeat a result of the literature and print what the paper states, what was measured, and whether it holds. Without a name, list all.",
  args: [optional("name", "result to repeat, such as ruder-surfaces")],
  options: { out: option("<folder>", "write plots and data to this folder", text), json },
  examples: ["downhill reproduce", "downhill reproduce ruder-surfaces --out animations", "downhill reproduce amsgrad"],
  async action({ output, args: [name], options: { out } }) {
    const { listReproductions, reproduceOne } = await import("../actions/reproduce.ts");
    return name === undefined ? listReproductions(output) : reproduceOne(output, name, out);
  },
});
