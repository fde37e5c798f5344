import { byteAt } from "../../bytes.ts";
import { sizeOf } from "../../image-set/shape.ts";
import type { ImageLayout } from "./image-layout.ts";
import { type Scale, toBytes } from "./pixel-values.ts";
import { numbersOf, type StoredArray } from "./stored-array.ts";

/** The maximum number of bytes of images that are collected from an array in Fortran order in one pass. */
const BLOCK = 2 ** 28;

/** Reads the images of an array as bytes, [n, channels, height, width], in pieces. */
export function pixelsOf(
  array: StoredArray,
  layout: ImageLayout,
  scale: Scale,
  block = BLOCK,
): AsyncGenerator<Uint8Array> {
  if (array.fortran && array.shape.length > 1) return fromFortran(array, layout, scale, block);
  return layout.places ? moved(array, layout.places, scale) : straight(array, scale);
}

async function* straight(array: StoredArray, scale: Scale): AsyncGenerator<Uint8Array> {
  for await (const numbers of numbersOf(array)) yield toBytes(numbers, scale);
}

/** Moves the elements of each image to their places. */
async function* moved(array: StoredArray, places: Int32Array, scale: Scale): AsyncGenerator<Uint8Array> {
  const image = new Uint8Array(places.length);
  let filled = 0;
  for await (const numbers of numbersOf(array)) {
    const bytes = toBytes(numbers, scale);
    for (let at = 0; at < bytes.length; at++) {
      image[places[filled++] as number] = byteAt(bytes, at);
      if (filled < image.length) continue;
      yield image;
      filled = 0;
    }
  }
}

/** Collects a block of images in each pass, because the elements of an image are spread over the whole array. */
async function* fromFortran(
  array: StoredArray,
  { imageShape, count, places }: ImageLayout,
  scale: Scale,
  block: number,
): AsyncGenerator<Uint8Array> {
  const size = sizeOf(imageShape);
  const most = Math.max(1, Math.floor(block / size));
  for (let from = 0; from < count; from += most) {
    const images = new Uint8Array(Math.min(most, count - from) * size);
    const inBlock = images.length / size;
    let [image, element] = [0, 0];
    for await (const numbers of numbersOf(array)) {
      const bytes = toBytes(numbers, scale);
      for (let at = 0; at < bytes.length; at++) {
        const index = image - from;
        if (index >= 0 && index < inBlock)
          images[index * size + (places ? (places[element] as number) : element)] = byteAt(bytes, at);
        if (++image < count) continue;
        image = 0;
        element++;
      }
    }
    yield images;
  }
}
