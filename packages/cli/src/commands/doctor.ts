import type { Command } from "commander";
import type { Output } from "../output/output.ts";
import { does, withExamples, withJson } from "./command.ts";

export function addDoctor(program: Command, output: Output): void {
  const command = program
    .command("doctor")
    .summary("say what this machine offers, and what is missing")
    .description("Says what this machine offers for training, where data and runs are, and what is missing.");
  withJson(command);
  withExamples(command, "downhill doctor");
  does(command, output, async () => (await import("../actions/doctor.ts")).diagnose);
}
