import type { ImageSet } from "@downhill/images";
import sharp from "sharp";

/** Maximum length in pixels of a picture's longer side. Larger pictures are scaled down to keep the report small. */
const LARGEST = 192;

/**
 * Encodes misclassified images as PNG files for a report.
 * @param set the evaluated images, to which the indices refer
 */
export async function mistakePictures(
  mistakes: readonly { readonly index: number }[],
  set: Pick<ImageSet, "imageShape" | "read">,
): Promise<Uint8Array[]> {
  const [channels, height, width] = set.imageShape;
  const plane = height * width;
  const image = new Uint8Array(channels * plane);
  const pictures: Uint8Array[] = [];
  for (const { index } of mistakes) {
    set.read(index, image);
    // Images are stored channel by channel, PNG files pixel by pixel.
    const pixels = Uint8Array.from(image, (_, i) => image[(i % channels) * plane + Math.floor(i / channels)] as number);
    const picture = sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } });
    const small = picture.resize({ width: LARGEST, height: LARGEST, fit: "inside", withoutEnlargement: true });
    pictures.push(await small.png({ compressionLevel: 9 }).toBuffer());
  }
  return pictures;
}

/** Byte offsets of width and height in a PNG file, after the signature and the header of the first chunk. */
const WIDTH = 16;
const HEIGHT = 20;

/** Returns the size of a PNG file in pixels. */
export function sizeOfPng(png: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: view.getUint32(WIDTH), height: view.getUint32(HEIGHT) };
}
