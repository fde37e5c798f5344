import { createHash } from "node:crypto";
import { TrainError } from "../error.ts";
import { type SafetensorsFile, type StoredTensor, writeSafetensors } from "./safetensors.ts";

type Tensors = Readonly<Record<string, StoredTensor>>;
type Metadata = Readonly<Record<string, string>>;

/** Encodes tensors, with the SHA-256 hash of the file without that entry in the metadata. */
export const sealSafetensors = (tensors: Tensors, metadata: Metadata): Uint8Array[] =>
  writeSafetensors(tensors, { ...metadata, sha256: hashOf(tensors, metadata) });

function hashOf(tensors: Tensors, metadata: Metadata): string {
  const hash = createHash("sha256");
  for (const part of writeSafetensors(tensors, metadata)) hash.update(part);
  return hash.digest("hex");
}

/**
 * Compares the contents of a file with its hash.
 * @param path file for errors
 * @throws TrainError if they differ; a file without a hash is accepted
 */
export function checkSeal({ tensors, metadata }: SafetensorsFile, path: string): void {
  const { sha256, ...rest } = metadata;
  if (sha256 === undefined) return;
  const decoded = tensors.map((one) => [one.name, { shape: one.shape, values: one.values() }] as const);
  if (sha256 === hashOf(Object.fromEntries(decoded), rest)) return;
  throw new TrainError(`${path}: the hash of its contents differs, so the file was damaged or edited`, {
    code: "damaged-file",
    remedies: [{ act: "restore the file from a copy" }],
  });
}
