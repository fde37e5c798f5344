import { toBinary } from "@bufbuild/protobuf";
import { kindOf } from "@downhill/optim/kind-of";
import { ModelProtoSchema } from "onnx-buf";
import { lower } from "../compile/lower.ts";
import { input } from "../core/input.ts";
import { showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { importInNode } from "../devices/import-in-node.ts";
import { GraphError } from "../error.ts";
import { checkNetwork, checkOptions } from "../model/check-network.ts";
import type { Model, ModelGraph } from "../model/model.ts";
import type { Network } from "../model/network.ts";
import { normalizeImages } from "../ops/normalize-images.ts";
import { softmax } from "../ops/softmax.ts";
import { withDynamicBatch } from "./dynamic-batch.ts";
import { fold, type Values } from "./fold.ts";
import { IMAGES, type Pixels, verify } from "./verify.ts";

export interface ExportOptions {
  /**
   * Names of the classes in order, stored in the metadata of the file as a JSON list under `classes`. Default: none.
   */
  readonly classNames?: readonly string[];
  /** Mean and standard deviation of each channel in training, for pixels from 0 to 1. Default: no normalization. */
  readonly normalization?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /**
   * `"uint8"` for a file that takes pixels from 0 to 255 and normalizes them, `"float32"` for a file that takes
   * normalized images. Default `"uint8"`.
   */
  readonly input?: "uint8" | "float32";
  /** True to add an output `probabilities` to the output `logits` of a classifier. Default true. */
  readonly probabilities?: boolean;
}

/**
 * Exports a network for inference as the bytes of an ONNX file (opset 18). The file takes any number of `images`
 * [batch, channels, height, width] and computes `logits` and `probabilities` [batch, classes]. A model without classes
 * computes its outputs by their names; its file takes bytes only if its input is an image.
 *
 * Batch norm is folded into the layers before it, and weights keep their names. The file is run on random images and
 * compared with the network before it is returned.
 * @throws GraphError if the options do not match the model, or the results of the file differ from those of the network
 * @example
 * const bytes = await exportOnnx(network, {
 *   classNames: ["cat", "dog"],
 *   normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
 * });
 */
export async function exportOnnx(network: Network, options: ExportOptions = {}): Promise<Uint8Array> {
  checkNetwork("exportOnnx", network);
  checkOptions("exportOnnx", options, "{ classNames }");
  const { model } = network;
  const { classNames, probabilities = model.classes > 0 } = options;
  const pixels = checkPixels(model, options);
  const metadata = { model: model.name, ...(classNames && { classes: checkClasses(model, classNames) }) };
  if (probabilities && model.classes === 0) refuseClasses(model, "probabilities");
  const outputsOf = (graph: ModelGraph): Readonly<Record<string, Tensor>> => {
    if (model.classes === 0) return graph.outputs;
    return probabilities ? { logits: graph.logits, probabilities: softmax(graph.logits) } : { logits: graph.logits };
  };
  // A copy, because training may continue in the meantime.
  const values = valuesOf(network);

  const write = async (batch: number): Promise<Uint8Array> => {
    const images = input(IMAGES, [batch, ...model.imageShape], pixels.type);
    const normalized = pixels.type === "uint8" ? normalizeImages(images, pixels) : images;
    const outputs = await fold(outputsOf(model.apply(normalized)), images, values);
    // A page may run the file on WebGPU.
    return lower(outputs, { metadata, isForWebgpu: true }).bytes;
  };
  const file = withDynamicBatch(model.name, await write(BATCH_SIZES[0]), await write(BATCH_SIZES[1]));
  if (file.graph) file.graph.name = model.name;
  const bytes = toBinary(ModelProtoSchema, file);
  await verify(bytes, model, values, pixels, outputsOf);
  return bytes;
}

/**
 * Writes a network to an ONNX file with `exportOnnx`. In Node only. The write is atomic: a temporary file in the same
 * folder is renamed to `path`.
 */
export async function writeOnnx(path: string, network: Network, options: ExportOptions = {}): Promise<void> {
  if (typeof path !== "string" || path === "") {
    throw new GraphError(
      `writeOnnx: the path is ${path === "" ? "empty" : kindOf(path)}. Expected the path of the file, then the network.`,
    );
  }
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

/** Two batch sizes that hardly occur as other sizes of a model, so that sizes which differ are batch sizes. */
const BATCH_SIZES = [1009, 1013] as const;

function valuesOf({ model, parameters, buffers }: Network): Values {
  return Object.fromEntries([
    ...model.parameters.map(({ name }) => [name, parameters.value(name).slice()]),
    ...Object.entries(buffers).map(([name, values]) => [name, values.slice()]),
  ]);
}

function refuseClasses({ name }: Model, option: string): never {
  throw new GraphError(`export: ${name} has no classes. Leave ${option} out.`);
}

function checkClasses(model: Model, names: readonly string[]): string {
  const { name, classes } = model;
  if (classes === 0) refuseClasses(model, "classNames");
  if (names.length !== classes) {
    throw new GraphError(`export: ${names.length} class names for ${name}. Expected ${classes}, one per class.`);
  }
  return JSON.stringify(names);
}

function checkPixels({ name, imageShape }: Model, options: ExportOptions): Pixels {
  const { input: type = "uint8", normalization } = options;
  const [channels = 1] = imageShape;
  if (type === "uint8" && imageShape.length !== 3) {
    throw new GraphError(
      `export: the input of ${name} is ${showShape(imageShape)} and no image. Use { input: "float32" }.`,
    );
  }
  if (type !== "uint8" && type !== "float32") {
    throw new GraphError(`export: input = '${type}'. Expected 'uint8' or 'float32'.`);
  }
  if (normalization && type === "float32") {
    throw new GraphError(
      "export: normalization with float32 images, which are already normalized. Use one of the two.",
    );
  }
  const { mean, std } = normalization ?? { mean: new Array(channels).fill(0), std: new Array(channels).fill(1) };
  for (const [what, numbers] of Object.entries({ mean, std })) {
    if (numbers.length === channels && numbers.every((n) => Number.isFinite(n) && (what === "mean" || n > 0))) continue;
    const expected = `${channels} ${what === "std" ? "numbers above 0" : "numbers"}, one per channel`;
    throw new GraphError(`export: ${what} = [${numbers.join(", ")}] for images of ${name}. Expected ${expected}.`);
  }
  return { type, mean, std };
}
