import type { ImageShape } from "@downhill/optim/image";
import { byteAt } from "../bytes.ts";
import { decoderOf } from "./decoders/registry.ts";
import { type ImageHeader, MAX_PIXELS } from "./image-header.ts";
import { decodeJpeg } from "./jpeg/decode-jpeg.ts";
import { readFrame } from "./jpeg/frame.ts";
import type { SampleOptions } from "./sample-options.ts";
import { UnusableImage } from "./unusable-image.ts";

/** Loads the image library, which takes longer than this package. Threads that decode common JPEG files never need it. */
const library = () => import("./image-library.ts");

/** Returns the header of a common JPEG file, which takes no time; null for other files, and those with too many pixels. */
export function quickHeader(bytes: Uint8Array): ImageHeader | null {
  const frame = readFrame(bytes);
  if (!frame || frame.width * frame.height > MAX_PIXELS) return null;
  return { width: frame.width, height: frame.height, hasAlpha: false, isDeep: false };
}

/** Reads the header of an image. @throws UnusableImage */
export async function readHeader(bytes: Uint8Array, options: SampleOptions = {}): Promise<ImageHeader> {
  if (bytes.length === 0) throw new UnusableImage("it is empty");
  const decoder = await decoderOf(bytes, options);
  if (decoder) return decoder.readHeader(bytes, options);
  return (await library()).readHeader(bytes);
}

/**
 * Decodes an image: upright by its EXIF orientation, in sRGB by its color profile, with transparency on white, and the
 * first frame of an animation. The image is resized with its proportions to cover the size, and its center is cropped.
 * @param options the same as for the header
 * @returns bytes [3, height, width]
 * @throws UnusableImage
 */
export async function decodeImage(
  bytes: Uint8Array,
  header: Pick<ImageHeader, "hasAlpha" | "isDeep">,
  height: number,
  width: number,
  options: SampleOptions = {},
): Promise<Uint8Array> {
  const decoder = await decoderOf(bytes, options);
  const reduced = decoder ? null : decodeJpeg(bytes, height, width);
  if (reduced) return reduced;
  const file = decoder ? await decoder.convert(bytes, options) : bytes;
  return (await library()).decodeFile(file, header, height, width);
}

/** True if an image of three channels has no color. */
export function isGray(pixels: Uint8Array): boolean {
  const plane = pixels.length / 3;
  for (let i = 0; i < plane; i++) {
    if (pixels[i] !== pixels[i + plane] || pixels[i] !== pixels[i + 2 * plane]) return false;
  }
  return true;
}

/** Replaces three channels by their brightness (ITU-R BT.601), at the start of the array. Gray pixels keep their value. */
export function makeGray(pixels: Uint8Array): Uint8Array {
  const plane = pixels.length / 3;
  for (let i = 0; i < plane; i++) {
    const [red, green, blue] = [byteAt(pixels, i), byteAt(pixels, i + plane), byteAt(pixels, i + 2 * plane)];
    pixels[i] = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);
  }
  return pixels.subarray(0, plane);
}

/** Decodes an image to a shape. @throws UnusableImage */
export async function decodeToShape(
  bytes: Uint8Array,
  [channels, height, width]: ImageShape,
  options: SampleOptions = {},
): Promise<Uint8Array> {
  const header = await readHeader(bytes, options);
  const pixels = await decodeImage(bytes, header, height, width, options);
  return channels === 1 ? makeGray(pixels).slice() : pixels;
}
