import { writeFileSync } from "node:fs";
import { exportOnnx } from "@downhill/graph";
import { type OpenRun, openRun, writeSafetensors } from "@downhill/train";
import { checkNewFile } from "../config/new-file.ts";

/** Writers of a trained network, by format. */
const FORMATS = {
  onnx: ({ network, facts }: OpenRun): Promise<Uint8Array> => {
    const { classNames, normalization } = facts.data;
    return exportOnnx(network, { classNames, normalization });
  },
  safetensors: async ({ network }: OpenRun): Promise<Uint8Array> => {
    const { model, parameters, buffers } = network;
    const tensors = [
      ...model.parameters.map(({ name, shape }) => [name, { shape, values: parameters.value(name) }]),
      ...model.buffers.map(({ name, shape }) => [name, { shape, values: buffers[name] }]),
    ];
    return Buffer.concat(writeSafetensors(Object.fromEntries(tensors), { format: "pt", model: model.name }));
  },
};

/** Writes the model of a run to a file, and returns its size in bytes. */
export async function writeModel(
  run: string,
  format: keyof typeof FORMATS,
  out: string,
  force: boolean,
): Promise<number> {
  checkNewFile(out, force);
  const contents = await FORMATS[format](openRun(run));
  writeFileSync(out, contents);
  return contents.length;
}
