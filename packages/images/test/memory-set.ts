import type { ImageShape } from "@downhill/optim/image";
import type { ImageSet } from "../src/image-set/image-set.ts";
import { openImageSet } from "../src/image-set/image-set.ts";
import { bytes } from "./temporary.ts";

/** A set in memory; its images' bytes are made up, and its classes are 0, 1, 2, 0, ... */
export function memorySet(length: number, imageShape: ImageShape = [3, 8, 6]): ImageSet {
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  const memory = new SharedArrayBuffer(length * size);
  new Uint8Array(memory).set(bytes(length * size));
  const numbers = Int32Array.from({ length }, (_, i) => i);
  return openImageSet({
    imageShape,
    classNames: ["a", "b", "c"],
    labels: numbers.map((i) => i % 3),
    places: numbers,
    pool: { kind: "memory", bytes: memory },
    names: { word: "train", numbers },
  });
}

/** The bytes of one image. */
export function imageOf(set: ImageSet, index: number): Uint8Array {
  const [channels, height, width] = set.imageShape;
  const pixels = new Uint8Array(channels * height * width);
  set.read(index, pixels);
  return pixels;
}
