import type { ImageShape } from "@downhill/optim/image";
import sharp from "sharp";
import { formatOf } from "./file-signatures.ts";
import { checkDeclaredPixels, checkDecodedPixels } from "./pixel-format.ts";
import { ImageProblem } from "./unusable-image.ts";

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

/** Deflate makes at most 1032 bytes of one, each of up to eight pixels: a damaged header is noticed before it takes memory. */
const MOST_PIXELS_PER_BYTE = 8 * 1032;

/** A picture's size when upright, in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A picture's header, as far as decoding depends on it. */
export interface PictureHeader extends PictureSize {
  readonly hasAlpha: boolean;
  /** Whether samples of 16 bits lie in the file as they are: other formats define a white for fewer bits. */
  readonly isDeep: boolean;
}

/** Looks at a picture's header. @throws ImageProblem */
export async function lookAtPicture(bytes: Uint8Array): Promise<PictureHeader> {
  if (bytes.length === 0) throw new ImageProblem("it is empty");
  checkDeclaredPixels(bytes);
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
  checkDecodedPixels(header);
  const { width, height } = header.autoOrient;
  if (width * height > MOST_PIXELS) {
    throw new ImageProblem(
      `it has ${width}x${height} pixels: expected at most ${MOST_PIXELS / 2 ** 20} million, such as 16384x16384: make it smaller`,
    );
  }
  if (header.format === "png" && width * height > MOST_PIXELS_PER_BYTE * bytes.length) {
    throw new ImageProblem(`it is damaged or cut short (${bytes.length} bytes for ${width}x${height} pixels)`);
  }
  const isDeep = header.depth === "ushort" && (header.format === "png" || header.format === "tiff");
  return { width, height, hasAlpha: header.hasAlpha, isDeep };
}

/**
 * Decodes a picture: upright by its EXIF orientation, in sRGB by its colour profile, on white where it is transparent,
 * the first one of an animation; resized, keeping its proportions, to cover the size, and cut at the middle.
 * @returns bytes [3, height, width]
 * @throws ImageProblem
 */
export async function decodePicture(
  bytes: Uint8Array,
  { hasAlpha, isDeep }: Pick<PictureHeader, "hasAlpha" | "isDeep">,
  height: number,
  width: number,
): Promise<Uint8Array> {
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
  if (isDeep) await checkRange(bytes, pixels, hasAlpha);
  if (hasAlpha) await checkVisible(bytes, pixels);
  return pixels;
}

/** Pictures of 16 bits whose values end below this hold fewer bits: white at 4095 or less would be near black. */
const LEAST_WHITE = 4096;

/** Refuses 12 bits or fewer in 16 without scaling: which value is white is not in the file. */
async function checkRange(bytes: Uint8Array, pixels: Uint8Array, hasAlpha: boolean): Promise<void> {
  // Most pictures are far from both ends, which the decoded bytes show without reading the file again.
  const margin = 2 * (LEAST_WHITE >> 8);
  const isDark = pixels.every((value) => value < margin);
  const isBright = pixels.every((value) => value >= 256 - margin);
  if (!isDark && !isBright && !hasAlpha) return;
  const { channels } = await sharp(bytes).stats();
  const colors = hasAlpha ? channels.slice(0, -1) : channels;
  const [least, most] = [Math.min(...colors.map(({ min }) => min)), Math.max(...colors.map(({ max }) => max))];
  // A TIFF whose zero is white has been inverted.
  const reach = isBright ? 2 ** 16 - 1 - least : most;
  if (reach === 0 || reach >= LEAST_WHITE) return;
  throw new ImageProblem(
    `its 16-bit values reach only ${reach} of 65535, as when ${Math.ceil(Math.log2(reach + 1))} bits are stored unscaled: which value is white is unknown: scale them to the full range, or convert it to 8 bits`,
  );
}

/** Refuses a white drawing on transparency, of which white behind it would leave nothing. */
async function checkVisible(bytes: Uint8Array, pixels: Uint8Array): Promise<void> {
  if (pixels.some((value) => value < 250)) return;
  const alpha = (await sharp(bytes).stats()).channels.at(-1);
  if (!alpha || alpha.max === 0 || alpha.min === alpha.max) return;
  throw new ImageProblem(
    "it is white on transparency, and a single color on the white background: fill its background with another color",
  );
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
  const header = await lookAtPicture(bytes);
  const pixels = await decodePicture(bytes, header, height, width);
  return channels === 1 ? makeGrey(pixels).slice() : pixels;
}

/** sharp's messages name libraries' innards, a line each; the first says the most. */
function explain({ message }: Error, bytes: Uint8Array): string {
  const format = formatOf(bytes);
  if (format !== null) return `its format is ${format}: expected ${FORMAT_NAMES}: convert it`;
  if (/unsupported image format/i.test(message)) {
    return isText(bytes) ? `it is a text: expected ${FORMAT_NAMES}` : `it is none of ${FORMAT_NAMES}, or damaged`;
  }
  const [reason = ""] = message.replace(/^Input buffer has corrupt header: /, "").split("\n");
  const isUnsupported = /not (configured|supported|implemented)|unsupported/i.test(reason);
  return `it ${isUnsupported ? "is of a kind that cannot be decoded" : "is damaged or cut short"} (${reason})`;
}

/** Files of bytes have control characters early on. */
function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 512).every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}
