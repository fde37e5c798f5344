import type { ImageSet } from "@downhill/images";
import sharp from "sharp";

/** Pixels of a picture's longer side; larger ones are made smaller, so that a report stays small. */
const LARGEST = 192;

/**
 * The images of mistakes as PNG files, for a report.
 * @param set where they are from: the part that the result judged
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
    // Images have their channels one after the other, files have those of each pixel together.
    const pixels = Uint8Array.from(image, (_, i) => image[(i % channels) * plane + Math.floor(i / channels)] as number);
    const picture = sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } });
    const small = picture.resize({ width: LARGEST, height: LARGEST, fit: "inside", withoutEnlargement: true });
    pictures.push(await small.png({ compressionLevel: 9 }).toBuffer());
  }
  return pictures;
}

/** Where a PNG file has its width and height, after its signature and its first chunk's head. */
const WIDTH = 16;
const HEIGHT = 20;

/** Pixels of a PNG file. */
export function sizeOfPng(png: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: view.getUint32(WIDTH), height: view.getUint32(HEIGHT) };
}
