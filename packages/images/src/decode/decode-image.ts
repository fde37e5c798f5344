import type { ImageShape } from "@downhill/optim/image";
import sharp from "sharp";
import { byteAt } from "../bytes.ts";
import { decoderOf } from "./decoders/registry.ts";
import { formatOf } from "./file-signatures.ts";
import { IMAGE_FORMATS } from "./image-formats.ts";
import { checkDensity, checkSize, type ImageHeader, MAX_PIXELS } from "./image-header.ts";
import { decodeJpeg } from "./jpeg/decode-jpeg.ts";
import { readFrame } from "./jpeg/frame.ts";
import { checkDeclaredPixels, checkDecodedPixels } from "./pixel-format.ts";
import type { SampleOptions } from "./sample-options.ts";
import { UnusableImage } from "./unusable-image.ts";

/** Sharp's names of the formats that it reads here. */
const FORMATS: readonly string[] = ["jpeg", "png", "webp", "heif", "gif", "tiff"];

/**
 * The maximum number of pixels per byte of a PNG: Deflate expands by at most 1032, and a byte has up to eight pixels. A
 * damaged header is thus noticed before memory is allocated.
 */
const MAX_PIXELS_PER_BYTE = 8 * 1032;

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
  checkDeclaredPixels(bytes);
  // Without sharp's limit, so that the error can state the size. Nothing is decoded here.
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: Error) => {
      throw new UnusableImage(explain(error, bytes));
    });
  if (!FORMATS.includes(header.format) || (header.format === "heif" && header.compression !== "av1")) {
    throw new UnusableImage(`its format is ${header.compression ?? header.format}; expected ${IMAGE_FORMATS}`);
  }
  const { width, height } = header.autoOrient;
  const size = { width, height };
  checkDecodedPixels(header);
  checkSize(size);
  if (header.format === "png") checkDensity(size, bytes, MAX_PIXELS_PER_BYTE);
  const isDeep = header.depth === "ushort" && (header.format === "png" || header.format === "tiff");
  return { ...size, hasAlpha: header.hasAlpha, isDeep };
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
  return decodeFile(decoder ? await decoder.convert(bytes, options) : bytes, header, height, width);
}

/** Decodes a file of a format that sharp reads. */
async function decodeFile(
  bytes: Uint8Array,
  { hasAlpha, isDeep }: Pick<ImageHeader, "hasAlpha" | "isDeep">,
  height: number,
  width: number,
): Promise<Uint8Array> {
  const { data, info } = await sharp(bytes, { failOn: "error", limitInputPixels: MAX_PIXELS })
    .autoOrient()
    .flatten({ background: "#ffffff" })
    // Decoding at a reduced size to the last factor of two leaves too few samples, and takes no less time.
    .resize(width, height, { fit: "cover", position: "centre", kernel: "cubic", fastShrinkOnLoad: false })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw new UnusableImage(explain(error, bytes));
    });
  const plane = height * width;
  const pixels = new Uint8Array(3 * plane);
  const step = info.channels;
  for (let c = 0; c < 3; c++) {
    const channel = Math.min(c, step - 1);
    for (let i = 0; i < plane; i++) pixels[c * plane + i] = byteAt(data, i * step + channel);
  }
  if (isDeep) await checkRange(bytes, pixels, hasAlpha);
  if (hasAlpha) await checkVisible(bytes, pixels);
  return pixels;
}

/** The smallest allowed maximum of 16-bit samples. A white of 4095 or less, from fewer bits, would be nearly black. */
const LEAST_WHITE = 4096;

/** Refuses samples of 12 bits or fewer that are stored unscaled in 16: the file does not define their white. */
async function checkRange(bytes: Uint8Array, pixels: Uint8Array, hasAlpha: boolean): Promise<void> {
  // Most images are far from both ends. The decoded bytes show that without another read of the file.
  const margin = 2 * (LEAST_WHITE >> 8);
  const isDark = pixels.every((value) => value < margin);
  const isBright = pixels.every((value) => value >= 256 - margin);
  if (!isDark && !isBright && !hasAlpha) return;
  const { channels } = await sharp(bytes).stats();
  const colors = hasAlpha ? channels.slice(0, -1) : channels;
  const [least, most] = [Math.min(...colors.map(({ min }) => min)), Math.max(...colors.map(({ max }) => max))];
  // A TIFF in which 0 is white has been inverted.
  const reach = isBright ? 2 ** 16 - 1 - least : most;
  if (reach === 0 || reach >= LEAST_WHITE) return;
  throw new UnusableImage(
    `its 16-bit values reach only ${reach} of 65535, as when ${Math.ceil(Math.log2(reach + 1))} bits are stored unscaled, so its white is unknown; scale the values to the full range, convert it to 8 bits, or set valueRange (--value-range) to the values of black and white`,
  );
}

/** Refuses a white drawing on transparency, which would vanish on the white background. */
async function checkVisible(bytes: Uint8Array, pixels: Uint8Array): Promise<void> {
  if (pixels.some((value) => value < 250)) return;
  const { channels } = await sharp(bytes).stats();
  const alpha = channels.at(-1);
  const hasAlpha = channels.length % 2 === 0;
  if (!alpha || !hasAlpha || alpha.max === 0 || alpha.min === alpha.max) return;
  throw new UnusableImage(
    "it is white on transparency, and a single color on the white background; fill its background with another color",
  );
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

/** Explains an error of sharp, whose messages list internals of its libraries; the first line is the most useful. */
function explain({ message }: Error, bytes: Uint8Array): string {
  const format = formatOf(bytes);
  if (format !== null) return `its format is ${format}; expected ${IMAGE_FORMATS}; convert it`;
  if (/unsupported image format/i.test(message)) {
    return isText(bytes)
      ? `it is a text file; expected ${IMAGE_FORMATS}`
      : `it is not ${IMAGE_FORMATS}, or it is damaged`;
  }
  const [reason = ""] = message.replace(/^Input buffer has corrupt header: /, "").split("\n");
  const isUnsupported = /not (configured|supported|implemented)|unsupported/i.test(reason);
  return `it ${isUnsupported ? "is of an unsupported kind" : "is damaged or truncated"} (${reason})`;
}

/** True for bytes without control characters at the start, which binary files have. */
function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 512).every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}
