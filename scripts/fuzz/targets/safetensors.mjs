import assert from "node:assert/strict";
import { readSafetensors, writeSafetensors } from "@downhill/train";
import { mutateBytes, mutateJson } from "../mutate.mjs";

/** Tests files in the safetensors format: an accepted one is written again with the same tensors. */
export async function prepare() {
  const tensors = {
    "conv.weight": { shape: [2, 1, 3], values: Float32Array.of(1, -2, 0.5, Number.NaN, 0, 3) },
    "conv.bias": { shape: [2], values: Float32Array.of(1, 2) },
    steps: { shape: [], values: Int32Array.of(7) },
    none: { shape: [0, 4], values: new Float32Array(0) },
  };
  const whole = Buffer.concat(writeSafetensors(tensors, { format: "pt" }));
  const length = Number(whole.readBigUInt64LE());
  return { whole, header: JSON.parse(whole.toString("utf8", 8, 8 + length)), data: whole.subarray(8 + length) };
}

export async function run({ whole, header, data }, random) {
  const bytes = random.share() < 0.5 ? mutateBytes(whole, random) : withHeader(mutateJson(header, random), data);
  const read = readSafetensors(bytes, "fuzz.safetensors");
  // Numbers of half precision become float32.
  const size = Object.values(read.tensors).reduce((sum, { values }) => sum + values.byteLength, 0);
  assert.ok(size >= bytes.length - 8 - Number(bytes.readBigUInt64LE()), "bytes of numbers");
  const again = readSafetensors(Buffer.concat(writeSafetensors(read.tensors, read.metadata)), "again.safetensors");
  assert.deepEqual(again, read);
}

function withHeader(text, data) {
  const json = Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}
