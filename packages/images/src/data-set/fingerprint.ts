import { createHash } from "node:crypto";
import type { ImageSet } from "../image-set/image-set.ts";
import { sizeOf } from "../image-set/shape.ts";

/** Returns the SHA-256 of the shape, the class names, and the labels and images of each part in order. */
export function fingerprintOf(parts: readonly (readonly [name: string, set: ImageSet])[]): string {
  const hash = createHash("sha256");
  for (const [name, set] of parts) {
    hash.update(JSON.stringify({ name, shape: set.imageShape, classes: set.classNames, length: set.length }));
    hash.update(littleEndian(set.labels));
    const size = sizeOf(set.imageShape);
    const block = Math.max(1, Math.floor(2 ** 20 / size));
    const bytes = new Uint8Array(block * size);
    for (let from = 0; from < set.length; from += block) {
      const count = Math.min(block, set.length - from);
      for (let i = 0; i < count; i++) set.read(from + i, bytes, i * size);
      hash.update(bytes.subarray(0, count * size));
    }
  }
  return hash.digest("hex");
}

/** Encodes numbers as the same bytes on every machine. */
function littleEndian(numbers: Int32Array): Uint8Array {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, i) => void view.setInt32(4 * i, number, true));
  return bytes;
}
