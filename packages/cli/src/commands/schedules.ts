import type { Command } from "commander";
import type { Output } from "../output/output.ts";
import { collect, does, withExamples, withJson } from "./command.ts";

export function addSchedules(program: Command, output: Output): void {
  const command = program
    .command("schedules")
    .argument("[name]", "a schedule, such as oneCycle")
    .summary("list the schedules of the learning rate, or draw one")
    .description("Lists the schedules of the learning rate; of one, says its arguments and draws it over a run.")
    .option("--lr <number>", "the rate that it begins with, or rises to", "0.1")
    .option("--epochs <number>", "how long the run is", "10")
    .option("--set <argument=value>", "an argument of the schedule, in steps of which an epoch has 100", collect);
  withJson(command);
  withExamples(command, "downhill schedules", "downhill schedules oneCycle --lr 0.05 --set pctStart=0.1");
  does(command, output, async () => (await import("../actions/schedules.ts")).showSchedules);
}
