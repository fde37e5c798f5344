import { existsSync, writeFileSync } from "node:fs";
import { exportOnnx } from "@downhill/graph";
import { type OpenRun, openRun, writeSafetensors } from "@downhill/train";
import { checkNoDanglingLink } from "../config/dangling-link.ts";
import { bytes } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { UsageError } from "../usage-error.ts";

interface Options {
  readonly format: keyof typeof FORMATS;
  readonly out: string;
  readonly force?: boolean;
}

/** What a trained network is written as. */
const FORMATS: Readonly<Record<"onnx" | "safetensors", (run: OpenRun) => Promise<Uint8Array>>> = {
  onnx: ({ network, facts }) => {
    const { classNames, normalization } = facts.data;
    return exportOnnx(network, { classNames, normalization });
  },
  safetensors: async ({ network }) => {
    const { model, parameters, buffers } = network;
    const tensors = [
      ...model.parameters.map(({ name, shape }) => [name, { shape, values: parameters.value(name) }]),
      ...model.buffers.map(({ name, shape }) => [name, { shape, values: buffers[name] }]),
    ];
    return Buffer.concat(writeSafetensors(Object.fromEntries(tensors), { format: "pt", model: model.name }));
  },
};

/** Writes a run's model to a file. */
export async function exportModel(
  output: Output,
  [folder]: readonly [string],
  { format, out, force }: Options,
): Promise<undefined> {
  checkNew(out, force);
  const contents = await FORMATS[format](openRun(folder));
  writeFileSync(out, contents);
  output.result({ file: out, format, bytes: contents.length }, () => `${out}: ${format}, ${bytes(contents.length)}`);
}

/** @throws UsageError for a file that is there, unless it may be written over */
export function checkNew(out: string, force = false): void {
  checkNoDanglingLink("--out", out);
  if (existsSync(out) && !force) {
    throw new UsageError(`--out ${out}: it is there already: expected a new file, or --force`);
  }
}
