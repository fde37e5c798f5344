import sharp from "sharp";
import { byteAt } from "../bytes.ts";
import { formatOf } from "./file-signatures.ts";
import { IMAGE_FORMATS } from "./image-formats.ts";
import { checkDensity, checkSize, type ImageHeader, MAX_PIXELS } from "./image-header.ts";
import { checkDeclaredPixels, checkDecodedPixels } from "./pixel-format.ts";
import { UnusableImage } from "./unusable-image.ts";

/** Sharp's names of the formats that it reads here. */
const FORMATS: readonly string[] = ["jpeg", "png", "webp", "heif", "gif", "tiff"];

/**
 * The maximum number of pixels per byte of a PNG: Deflate expands by at most 1032, and a byte has up to eight pixels. A
 * damaged header is thus noticed before memory is allocated.
 */
const MAX_PIXELS_PER_BYTE = 8 * 1032;

/** Reads the header of an image of a format that the library reads. @throws UnusableImage */
export async function readHeader(bytes: Uint8Array): Promise<ImageHeader> {
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

/** Decodes a file of a format that the library reads, as `decodeImage` does. @throws UnusableImage */
export async function decodeFile(
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
