import { readFileSync } from "node:fs";
import type { Model, Network } from "@downhill/graph";
import { TrainError } from "../error.ts";
import { onDisk } from "../files/on-disk.ts";
import { openSafetensors, type SafetensorsFile, type StoredTensor } from "./safetensors.ts";
import { checkSeal, sealSafetensors } from "./sealed-safetensors.ts";

/** Returns the shapes of a model's parameters and buffers by name. */
export const shapesOf = ({ parameters, buffers }: Model): Record<string, readonly number[]> =>
  Object.fromEntries([...parameters, ...buffers].map(({ name, shape }) => [name, shape]));

/** Returns the view of a parameter or a buffer of a network. */
export const weightOf = ({ parameters, buffers }: Network, name: string): Float32Array =>
  Object.hasOwn(buffers, name) ? (buffers[name] as Float32Array) : parameters.value(name);

/** Returns weights with the shapes of a model. */
export function withShapes(
  model: Model,
  weights: Readonly<Record<string, Float32Array>>,
): Record<string, StoredTensor & { readonly values: Float32Array }> {
  const shapes = shapesOf(model);
  const shaped = Object.entries(weights).map(([name, values]) => [
    name,
    { shape: shapes[name] ?? [values.length], values },
  ]);
  return Object.fromEntries(shaped);
}

/**
 * Encodes the weights of a model in the safetensors format, with PyTorch's names and shapes. The metadata contain the
 * SHA-256 hash of the file without that entry.
 */
export const weightsFile = (model: Model, weights: Readonly<Record<string, Float32Array>>): Uint8Array[] =>
  sealSafetensors(withShapes(model, weights), { format: "pt", model: model.name });

/**
 * Opens the bytes of a safetensors file and compares them with their hash, if this program wrote the file.
 * @param path file for errors
 * @throws TrainError if the file is malformed or damaged
 */
export function openWeights(bytes: Uint8Array, path: string): SafetensorsFile {
  const file = openSafetensors(bytes, path);
  // Only the metadata of this program name the model.
  if (file.metadata.model !== undefined) checkSeal(file, path);
  return file;
}

/**
 * Reads the weights in a safetensors file that this program wrote, by name. Files of older versions have no hash.
 * @throws TrainError if the file is unreadable, damaged or contains other data types than float32
 */
export function readWeights(path: string): Record<string, Float32Array> {
  const bytes = onDisk(path, () => readFileSync(path));
  const weights = openWeights(bytes, path).tensors.map((tensor) => {
    const values = tensor.values();
    if (tensor.dtype === "F32" && values instanceof Float32Array) return [tensor.name, values] as const;
    throw new TrainError(`${path}: '${tensor.name}' has the type ${tensor.dtype}. Expected float32 weights.`);
  });
  return Object.fromEntries(weights);
}
