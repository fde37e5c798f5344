import { extname } from "node:path";
import sharp from "sharp";
import type { StreamedImage } from "../data-set/stream-images.ts";
import { isImage } from "../files/tree.ts";
import { interleave } from "../image-set/interleave.ts";

/** An image as the bytes of a file, with the ending of its name. */
export interface ImageFile {
  readonly bytes: Uint8Array;
  readonly ending: string;
}

/** Returns an image as a file: its own bytes, or its pixels as PNG. */
export async function imageFile({ name, content }: StreamedImage): Promise<ImageFile> {
  if (content.kind === "file") {
    return {
      bytes: content.bytes,
      ending: isImage(name) ? extname(name).toLowerCase() : await endingOf(content.bytes),
    };
  }
  const [channels, height, width] = content.imageShape;
  const pixels = interleave(content.pixels, content.imageShape, new Uint8Array(content.pixels.length));
  const png = sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } }).png();
  return { bytes: await png.toBuffer(), ending: ".png" };
}

/** Returns the ending for an image without a file name, by its content. */
async function endingOf(bytes: Uint8Array): Promise<string> {
  const { format } = await sharp(bytes).metadata();
  return format === "jpeg" ? ".jpg" : `.${format}`;
}
