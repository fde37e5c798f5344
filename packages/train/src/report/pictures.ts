import type { ImageSet } from "@downhill/images";
import sharp from "sharp";

/** Maximum length in pixels of a picture's longer side. Larger pictures are scaled down to keep the report small. */
const LARGEST = 192;

/**
 * Encodes misclassified images as PNG files for a report.
 * @param set the images to which the indices refer
 * @param largest maximum length of a picture's longer side, in pixels; default 192
 */
export async function mistakePictures(
  mistakes: readonly { readonly index: number }[],
  set: Pick<ImageSet, "imageShape" | "read">,
  largest = LARGEST,
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
    const small = picture.resize({ width: largest, height: largest, fit: "inside", withoutEnlargement: true });
    pictures.push(await small.png({ compressionLevel: 9 }).toBuffer());
  }
  return pictures;
}

/** Color of the regions in a heat picture: red, green and blue. */
const HEAT = [255, 120, 0] as const;

/**
 * Encodes an image in gray, with its regions colored by a map, as a PNG file.
 * @param map numbers of at least 0, [height, width] of any size
 */
export async function heatPicture(
  index: number,
  set: Pick<ImageSet, "imageShape" | "read">,
  map: Float32Array,
  [mapHeight, mapWidth]: readonly [number, number],
): Promise<Uint8Array> {
  const [channels, height, width] = set.imageShape;
  const plane = height * width;
  const image = new Uint8Array(channels * plane);
  set.read(index, image);
  const most = map.reduce((largest, value) => Math.max(largest, value), 0) || 1;
  const shares = await sharp(
    Uint8Array.from(map, (value) => (255 * value) / most),
    {
      raw: { width: mapWidth, height: mapHeight, channels: 1 },
    },
  )
    .resize(width, height, { fit: "fill", kernel: "linear" })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const pixels = Uint8Array.from({ length: 3 * plane }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const alpha = (0.7 * (shares[pixel] as number)) / 255;
    let gray = 0;
    for (let channel = 0; channel < channels; channel++) gray += (image[channel * plane + pixel] as number) / channels;
    return (1 - alpha) * gray + alpha * (HEAT[(i % 3) as 0 | 1 | 2] as number);
  });
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
  const small = picture.resize({ width: LARGEST, height: LARGEST, fit: "inside", withoutEnlargement: true });
  return small.png({ compressionLevel: 9 }).toBuffer();
}

/** Byte offsets of width and height in a PNG file, after the signature and the header of the first chunk. */
const WIDTH = 16;
const HEIGHT = 20;

/** Returns the size of a PNG file in pixels. */
export function sizeOfPng(png: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: view.getUint32(WIDTH), height: view.getUint32(HEIGHT) };
}
