import sharp, { type OutputInfo } from "sharp";
import type { ImageSet } from "../image-set/image-set.ts";
import { interleave } from "../image-set/interleave.ts";
import { sizeOf } from "../image-set/shape.ts";

/** The length in pixels to which the longer side of a picture is scaled. */
const SIDE = 64;

/** Pixels in the order of PNG files, three channels per pixel. */
export interface Picture {
  readonly pixels: Buffer;
  readonly info: Pick<OutputInfo, "width" | "height" | "channels">;
}

/** Returns an image of a set as a picture. */
export function pictureOf(set: ImageSet, index: number): Promise<Picture> {
  const image = new Uint8Array(sizeOf(set.imageShape));
  set.read(index, image);
  return pictureOfPixels(image, set.imageShape);
}

/**
 * Returns an image as a picture. A small image is enlarged pixel by pixel, a large one is reduced.
 * @param image bytes of [channels, height, width]
 * @param side length to which the longer side is scaled, in pixels
 */
export async function pictureOfPixels(
  image: Uint8Array,
  imageShape: ImageSet["imageShape"],
  side = SIDE,
): Promise<Picture> {
  const [channels, height, width] = imageShape;
  const pixels = interleave(image, imageShape, new Uint8Array(image.length));
  const longer = Math.max(height, width);
  const factor = longer <= side ? Math.floor(side / longer) : side / longer;
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } })
    .resize({
      width: Math.max(1, Math.round(width * factor)),
      height: Math.max(1, Math.round(height * factor)),
      fit: "fill",
      kernel: factor < 1 ? "lanczos3" : "nearest",
    })
    .toColorspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, info: { width: info.width, height: info.height, channels: info.channels } };
}
