import { toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { lower } from "../compile/lower.ts";
import { input } from "../core/input.ts";
import type { Tensor } from "../core/tensor.ts";
import { importInNode } from "../devices/import-in-node.ts";
import { GraphError } from "../error.ts";
import type { Model } from "../model/model.ts";
import type { Network } from "../model/network.ts";
import { normalizeImages } from "../ops/normalize-images.ts";
import { softmax } from "../ops/softmax.ts";
import { fold, type Values } from "./fold.ts";
import { openBatch } from "./open-batch.ts";
import { IMAGES, type Pixels, verify } from "./verify.ts";

export interface ExportOptions {
  /** The names of the classes in order, for the file's metadata: a JSON list under `classes`. None by default. */
  readonly classNames?: readonly string[];
  /** How pixels of 0 to 1 were normalised in training, each channel by its own numbers; default: not at all. */
  readonly normalization?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Default `"uint8"`: pixels from 0 to 255, which the file normalises. `"float32"`: images normalised before. */
  readonly input?: "uint8" | "float32";
  /** Whether there is an output `probabilities` besides `logits`; default true. */
  readonly probabilities?: boolean;
}

/**
 * The bytes of an ONNX file (opset 18) that computes a network's results as after training: any number of `images`
 * [batch, channels, height, width] to `logits` and `probabilities` [batch, classes]. Batch norm is part of the layers
 * before it, and weights have their names. The file has been run on random images and compared with the network.
 * @throws GraphError for options that do not fit the model, and where file and network differ
 * @example
 * const bytes = await exportOnnx(network, {
 *   classNames: ["cat", "dog"],
 *   normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
 * });
 */
export async function exportOnnx(network: Network, options: ExportOptions = {}): Promise<Uint8Array> {
  const { model } = network;
  const { classNames, probabilities = true } = options;
  const pixels = checkPixels(model, options);
  const metadata = { model: model.name, ...(classNames && { classes: checkClasses(model, classNames) }) };
  const outputsOf = (logits: Tensor): Record<string, Tensor> =>
    probabilities ? { logits, probabilities: softmax(logits) } : { logits };
  // A copy: training may go on meanwhile.
  const values = valuesOf(network);

  const write = async (batch: number): Promise<Uint8Array> => {
    const images = input(IMAGES, [batch, ...model.imageShape], pixels.type);
    const normalized = pixels.type === "uint8" ? normalizeImages(images, pixels) : images;
    const outputs = await fold(outputsOf(model.apply(normalized).logits), images, values);
    return lower(outputs, { metadata }).bytes;
  };
  const file = openBatch(model.name, await write(BATCH_SIZES[0]), await write(BATCH_SIZES[1]));
  if (file.graph) file.graph.name = model.name;
  const bytes = toBinary(ModelProtoSchema, file);
  await verify(bytes, model, values, pixels, outputsOf);
  return bytes;
}

/**
 * Writes a network to an ONNX file, as `exportOnnx` makes it. At no time is there half a file under this name: it is
 * written under another one in the same folder, and renamed. In Node only.
 */
export async function writeOnnx(path: string, network: Network, options: ExportOptions = {}): Promise<void> {
  const bytes = await exportOnnx(network, options);
  const { open, rename, rm } = await importInNode<typeof import("node:fs/promises")>("node:fs/promises");
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Two that hardly any other size of a model is: what differs then is the batch. */
const BATCH_SIZES = [1009, 1013] as const;

function valuesOf({ model, parameters, buffers }: Network): Values {
  return Object.fromEntries([
    ...model.parameters.map(({ name }) => [name, Float32Array.from(parameters.value(name))]),
    ...model.buffers.map(({ name }) => [name, Float32Array.from(buffers[name] as Float32Array)]),
  ]);
}

function checkClasses({ name, classes }: Model, names: readonly string[]): string {
  if (names.length !== classes) {
    throw new GraphError(
      `export: ${names.length} class names for ${name}: expected one for each of ${classes} classes`,
    );
  }
  return JSON.stringify(names);
}

function checkPixels({ name, imageShape }: Model, options: ExportOptions): Pixels {
  const { input: type = "uint8", normalization } = options;
  const [channels] = imageShape;
  if (type !== "uint8" && type !== "float32") {
    throw new GraphError(`export: input = '${type}': expected 'uint8' or 'float32'`);
  }
  if (normalization && type === "float32") {
    throw new GraphError(
      "export: normalization with float32 images, which are normalised already: expected one of them",
    );
  }
  const { mean, std } = normalization ?? { mean: new Array(channels).fill(0), std: new Array(channels).fill(1) };
  for (const [what, numbers] of Object.entries({ mean, std })) {
    if (numbers.length === channels && numbers.every((n) => Number.isFinite(n) && (what === "mean" || n > 0))) continue;
    const expected = `${channels} ${what === "std" ? "numbers above 0" : "numbers"}, one for each channel`;
    throw new GraphError(`export: ${what} = [${numbers.join(", ")}] for images of ${name}: expected ${expected}`);
  }
  return { type, mean, std };
}
