import { defineCommand } from "../command/define-command.ts";
import { flag, option, optionOr, required } from "../command/option.ts";
import { oneOf, text } from "../command/readers.ts";
import { UsageError } from "../usage-error.ts";
import { force, json, RUN } from "./shared.ts";

export const exportModel = defineCommand({
  name: "export",
  summary: "write a trained model to a file",
  description:
    "Write a trained model: as ONNX, which takes raw pixels (0 to 255) and runs without Downhill; as safetensors, its weights under PyTorch's names; or as a folder with a web page that classifies images of the camera and of files, without a connection. --quantize and --half print the accuracy and the speed of the smaller file.",
  args: [RUN],
  options: {
    format: optionOr("onnx", "<name>", "onnx, safetensors or web", oneOf("onnx", "safetensors", "web")),
    out: required("<path>", "output file, or folder for web (required)", text),
    quantize: option("<type>", "int8: weights and activations of 8 bits, calibrated on training images", oneOf("int8")),
    half: flag("store the weights as float16"),
    force,
    json,
  },
  examples: [
    "downhill export runs/first --format onnx --out model.onnx",
    "downhill export runs/first --quantize int8 --out small.onnx",
  ],
  async action({ output, args: [run], options: { format, out, force, quantize, half } }) {
    if (quantize && half) throw new UsageError("--quantize and --half: expected one of them");
    if ((quantize || half) && format === "safetensors") {
      throw new UsageError(`${quantize ? "--quantize" : "--half"}: expected --format onnx or web`);
    }
    const { writeModel } = await import("../actions/export.ts");
    return writeModel(output, { run, format, out, force, precision: quantize ?? (half ? "float16" : "float32") });
  },
});
