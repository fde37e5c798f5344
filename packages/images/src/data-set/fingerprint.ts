import { createHash } from "node:crypto";
import type { ImageSet } from "../image-set/image-set.ts";

/** The SHA-256 of the shape, the class names, and the labels and images of each part in order, part after part. */
export class Fingerprint {
  readonly #hash = createHash("sha256");

  /** Adds the facts about a part. Its images follow. */
  addPart(name: string, set: ImageSet): void {
    this.#hash.update(JSON.stringify({ name, shape: set.imageShape, classes: set.classNames, length: set.length }));
    this.#hash.update(littleEndian(set.labels));
  }

  /** Adds the bytes of images. */
  addImages(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

/** Encodes numbers as the same bytes on every machine. */
function littleEndian(numbers: Int32Array): Uint8Array {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, i) => void view.setInt32(4 * i, number, true));
  return bytes;
}
