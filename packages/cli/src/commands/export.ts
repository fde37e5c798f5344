import { type Command, Option } from "commander";
import type { Output } from "../output/output.ts";
import { does, withExamples, withJson } from "./command.ts";

export function addExport(program: Command, output: Output): void {
  const command = program
    .command("export")
    .argument("<run>", "the folder of a run")
    .summary("write a trained model to a file")
    .description(
      "Writes a run's model to a file: as ONNX, which takes pixels as they are (0 to 255) and needs nothing of Downhill, or its weights as safetensors, by PyTorch's names.",
    )
    .addOption(new Option("--format <format>", "onnx or safetensors").choices(["onnx", "safetensors"]).default("onnx"))
    .requiredOption("--out <file>", "where it goes")
    .option("--force", "write over a file that is there");
  withJson(command);
  withExamples(command, "downhill export runs/first --format onnx --out model.onnx");
  does(command, output, async () => (await import("../actions/export.ts")).exportModel);
}
