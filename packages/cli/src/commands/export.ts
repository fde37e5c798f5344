import { inUnits } from "@downhill/images/text";
import { defineCommand } from "../command/define-command.ts";
import { optionOr, required } from "../command/option.ts";
import { oneOf, text } from "../command/readers.ts";
import { force, json, RUN } from "./shared.ts";

export const exportModel = defineCommand({
  name: "export",
  summary: "write a trained model to a file",
  description:
    "Write a trained model to a file: as ONNX, which takes raw pixels (0 to 255) and runs without Downhill, or as safetensors, its weights under PyTorch's names.",
  args: [RUN],
  options: {
    format: optionOr("onnx", "<name>", "onnx or safetensors", oneOf("onnx", "safetensors")),
    out: required("<file>", "output file (required)", text),
    force,
    json,
  },
  examples: ["downhill export runs/first --format onnx --out model.onnx"],
  async action({ output, args: [run], options: { format, out, force } }) {
    const { writeModel } = await import("../actions/export.ts");
    const size = await writeModel(run, format, out, force);
    output.result({ file: out, format, bytes: size }, () => `${out}: ${format}, ${inUnits(size)}`);
    return undefined;
  },
});
