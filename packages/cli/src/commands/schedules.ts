import { optional } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { list, optionOr } from "../command/option.ts";
import { positiveNumber } from "../command/readers.ts";
import { json } from "./shared.ts";

export const schedules = defineCommand({
  name: "schedules",
  summary: "list the learning-rate schedules, or describe one",
  description: "List the learning-rate schedules, or describe one: its arguments and its curve over a run.",
  args: [optional("name", "schedule to describe, such as oneCycle")],
  options: {
    lr: optionOr(0.1, "<number>", "initial or peak learning rate", positiveNumber),
    epochs: optionOr(10, "<number>", "length of the run in epochs of 100 steps", positiveNumber),
    set: list("<argument=value>", "set a schedule argument, in steps (repeatable)"),
    json,
  },
  examples: ["downhill schedules", "downhill schedules oneCycle --lr 0.05 --set pctStart=0.1"],
  async action({ output, args: [name], options }) {
    const { listSchedules, showSchedule } = await import("../actions/schedules.ts");
    return name === undefined ? listSchedules(output) : showSchedule(output, name, options);
  },
});
