import { writeFileSync } from "node:fs";
import { inUnits } from "@downhill/images/text";
import { exportModel, type FileComparison, openRun, type Precision, writeSafetensors } from "@downhill/train";
import { checkNewFile } from "../config/new-file.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { progressFields } from "../output/fit.ts";
import { count, percent, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { writeWebPage } from "../web/write-web-page.ts";
import { whySlow } from "./whole-number-speed.ts";

/** Forms of an exported model. */
export type ExportFormat = "onnx" | "safetensors" | "web";

/** Model to export. */
export interface ExportRequest {
  /** Folder of the run. */
  readonly run: string;
  readonly format: ExportFormat;
  readonly out: string;
  readonly force: boolean;
  readonly precision: Precision;
}

/** Writes the model of a run to a file, or with its page to a folder. */
export async function writeModel(
  output: Output,
  { run: folder, format, out, force, precision }: ExportRequest,
): Promise<undefined> {
  if (format === "web" && !force) checkUnusedFolder(out);
  if (format !== "web") checkNewFile(out, force);
  const run = openRun(folder);
  if (format === "safetensors") {
    const { model, parameters, buffers } = run.network;
    const tensors = [
      ...model.parameters.map(({ name, shape }) => [name, { shape, values: parameters.value(name) }]),
      ...model.buffers.map(({ name, shape }) => [name, { shape, values: buffers[name] }]),
    ];
    const contents = Buffer.concat(writeSafetensors(Object.fromEntries(tensors), { format: "pt", model: model.name }));
    writeFileSync(out, contents);
    output.result(
      { file: out, format, bytes: contents.length },
      () => `${out}: ${format}, ${inUnits(contents.length)}`,
    );
    return undefined;
  }
  const { bytes, comparison } = await exportModel(run, {
    precision,
    onProgress: (what, done, total) => output.status(progressFields(what, done, total)),
  });
  if (format === "web") writeWebPage(out, run, bytes);
  else writeFileSync(out, bytes);
  const details = precision === "float32" ? "" : ` (${precision})`;
  const lines = [
    `${out}: ${format}${details}, ${inUnits(bytes.length)}`,
    ...(comparison ? await inWords(comparison, precision) : []),
    ...(format === "web" ? [`Open it with: node ${out}/serve.mjs`] : []),
  ];
  output.result(
    {
      ...(format === "web" ? { folder: out } : { file: out }),
      format,
      precision,
      bytes: bytes.length,
      ...(comparison && { comparison }),
    },
    () => lines.join("\n"),
  );
  return undefined;
}

/** Describes the accuracy and the speed of a smaller file beside the float32 file. */
async function inWords(
  {
    part,
    images,
    accuracy,
    fullAccuracy,
    milliseconds,
    fullMilliseconds,
    threads,
  }: FileComparison & { readonly part: string },
  precision: Precision,
): Promise<string[]> {
  const lost = 100 * (fullAccuracy - accuracy);
  const change = lost === 0 ? "no change" : `${Math.abs(lost).toFixed(2)} points ${lost > 0 ? "lost" : "gained"}`;
  const factor = fullMilliseconds / milliseconds;
  const time = (value: number): string => `${short(value)} ms`;
  return [
    `Accuracy on ${count(images)} ${part} images: ${percent(accuracy, 2)}, float32 ${percent(fullAccuracy, 2)} (${change}).`,
    `Time of one image with ${threads === 1 ? "1 thread" : `${threads} threads`}: ${time(milliseconds)}, float32 ${time(fullMilliseconds)} (${short(factor, 2)} times as fast).${precision === "int8" && factor < 1.05 ? ` ${await whySlow()}` : ""}`,
  ];
}
