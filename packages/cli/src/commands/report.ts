import type { Command } from "commander";
import type { Output } from "../output/output.ts";
import { does, withExamples, withJson } from "./command.ts";

export function addReport(program: Command, output: Output): void {
  const command = program
    .command("report")
    .argument("<run>", "the folder of a run")
    .summary("write a run's report and plots again")
    .description(
      "Writes the report and the plots of a run again, with what its folder has. The run may be finished, running or interrupted.",
    )
    .option("--quiet", "print only the result");
  withJson(command);
  withExamples(command, "downhill report runs/first");
  does(command, output, async () => (await import("../actions/report.ts")).report);
}
