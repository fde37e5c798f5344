import sharp from "sharp";
import type { ImageShape } from "../types.ts";

/** The formats that are read, as sharp calls them, and as people do. */
const FORMATS: Readonly<Record<string, string>> = {
  jpeg: "JPEG",
  png: "PNG",
  webp: "WebP",
  heif: "AVIF",
  gif: "GIF",
  tiff: "TIFF",
};

/** For people, in messages. */
export const FORMAT_NAMES = "JPEG, PNG, WebP, AVIF, GIF or TIFF";

/** More pixels than this are refused: 16,384 a side of a square one. */
export const MOST_PIXELS = 2 ** 28;

/** A file's bytes are no image that can be used; the message is the reason, without the file's name. */
export class ImageProblem extends Error {}

/** A picture's size when upright, in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Looks at a picture's header. @throws ImageProblem */
export async function lookAtPicture(bytes: Uint8Array): Promise<PictureSize> {
  if (bytes.length === 0) throw new ImageProblem("it is empty");
  // Without the limit, so that the size can be told; nothing is decoded here.
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: Error) => {
      throw new ImageProblem(explain(error, bytes));
    });
  const format = FORMATS[header.format];
  if (!format || (header.format === "heif" && header.compression !== "av1")) {
    throw new ImageProblem(`its format is ${header.compression ?? header.format}: expected ${FORMAT_NAMES}`);
  }
  const { width, height } = header.autoOrient;
  if (width * height > MOST_PIXELS) {
    throw new ImageProblem(
      `it has ${width}x${height} pixels: expected at most ${MOST_PIXELS / 2 ** 20} million, such as 16384x16384: make it smaller`,
    );
  }
  return { width, height };
}

/**
 * Decodes a picture: upright by its EXIF orientation, in sRGB by its colour profile, on white where it is transparent,
 * the first one of an animation; resized, keeping its proportions, to cover the size, and cut at the middle.
 * @returns bytes [3, height, width]
 * @throws ImageProblem
 */
export async function decodePicture(bytes: Uint8Array, height: number, width: number): Promise<Uint8Array> {
  const { data, info } = await sharp(bytes, { failOn: "error", limitInputPixels: MOST_PIXELS })
    .autoOrient()
    .flatten({ background: "#ffffff" })
    .resize(width, height, { fit: "cover", position: "centre" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw new ImageProblem(explain(error, bytes));
    });
  const plane = height * width;
  const pixels = new Uint8Array(3 * plane);
  const step = info.channels;
  for (let c = 0; c < 3; c++) {
    const channel = Math.min(c, step - 1);
    for (let i = 0; i < plane; i++) pixels[c * plane + i] = data[i * step + channel] as number;
  }
  return pixels;
}

/** Whether an image of three channels, or a part of it, is without colour. */
export function isGrey(pixels: Uint8Array): boolean {
  const plane = pixels.length / 3;
  for (let i = 0; i < plane; i++) {
    if (pixels[i] !== pixels[i + plane] || pixels[i] !== pixels[i + 2 * plane]) return false;
  }
  return true;
}

/** Makes one channel of three, at their beginning: brightness by ITU-R BT.601, which leaves grey as it is. */
export function makeGrey(pixels: Uint8Array): Uint8Array {
  const plane = pixels.length / 3;
  for (let i = 0; i < plane; i++) {
    const [red, green, blue] = [pixels[i] as number, pixels[i + plane] as number, pixels[i + 2 * plane] as number];
    pixels[i] = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);
  }
  return pixels.subarray(0, plane);
}

/** Looks at a picture, and decodes it to a shape. @throws ImageProblem */
export async function readPicture(bytes: Uint8Array, [channels, height, width]: ImageShape): Promise<Uint8Array> {
  await lookAtPicture(bytes);
  const pixels = await decodePicture(bytes, height, width);
  return channels === 1 ? makeGrey(pixels).slice() : pixels;
}

/** sharp's messages name libraries' innards, a line each; the first says the most. */
function explain({ message }: Error, bytes: Uint8Array): string {
  if (/unsupported image format/i.test(message)) {
    return isText(bytes) ? `it is a text: expected ${FORMAT_NAMES}` : `it is none of ${FORMAT_NAMES}, or damaged`;
  }
  return `it is damaged or cut short (${message.replace(/^Input buffer has corrupt header: /, "").split("\n")[0]})`;
}

/** Files of bytes have control characters early on. */
function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 512).every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}
