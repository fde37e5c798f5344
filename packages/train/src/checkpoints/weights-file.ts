import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Model } from "@downhill/graph";
import { TrainError } from "../error.ts";
import { onDisk } from "../files/on-disk.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "./safetensors.ts";

/** Returns the shapes of a model's parameters and buffers by name. */
export const shapesOf = ({ parameters, buffers }: Model): Record<string, readonly number[]> =>
  Object.fromEntries([...parameters, ...buffers].map(({ name, shape }) => [name, shape]));

/**
 * Encodes the weights of a model in the safetensors format, with PyTorch's names and shapes. The metadata contain the
 * SHA-256 hash of the file without that entry.
 */
export function weightsFile(model: Model, weights: Readonly<Record<string, Float32Array>>): Uint8Array[] {
  const shapes = shapesOf(model);
  const tensors = Object.fromEntries(
    Object.entries(weights).map(([name, values]) => [name, { shape: shapes[name] ?? [values.length], values }]),
  );
  const metadata = { format: "pt", model: model.name };
  return writeSafetensors(tensors, { ...metadata, sha256: hashOf(tensors, metadata) });
}

function hashOf(tensors: Readonly<Record<string, StoredTensor>>, metadata: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256");
  for (const part of writeSafetensors(tensors, metadata)) hash.update(part);
  return hash.digest("hex");
}

/**
 * Reads the weights in a safetensors file, by name. Files of older versions have no hash.
 * @throws TrainError if the file is unreadable, damaged or contains other data types than float32
 */
export function readWeights(path: string): Record<string, Float32Array> {
  const { tensors, metadata } = readSafetensors(
    onDisk(path, () => readFileSync(path)),
    path,
  );
  const { sha256, ...rest } = metadata;
  if (sha256 !== undefined && sha256 !== hashOf(tensors, rest)) {
    throw new TrainError(`${path}: the hash of the weights differs`, {
      code: "damaged-file",
      remedies: [{ act: "restore the file from a copy" }],
    });
  }
  const weights = Object.entries(tensors).map(([name, { values }]) => {
    if (values instanceof Float32Array) return [name, values] as const;
    throw new TrainError(`${path}: '${name}' contains integers. Expected float32 weights.`);
  });
  return Object.fromEntries(weights);
}
