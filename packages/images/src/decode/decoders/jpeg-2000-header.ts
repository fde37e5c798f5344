import { checkDensity, checkSize, type ImageSize } from "../image-header.ts";
import { UnusableImage } from "../unusable-image.ts";
import { MAX_MODULE_PIXELS, MAX_PIXELS_PER_BYTE, SMALL } from "./limits.ts";

/** The header of a JPEG 2000 file. */
export interface Jpeg2000Header extends ImageSize {
  /** The number of samples per pixel after the palette is applied. */
  readonly samples: 1 | 3;
  readonly bits: number;
  /** The embedded ICC profile; null if there is none. */
  readonly profile: Uint8Array | null;
}

/** A part of the file with a type of four letters. */
interface Box {
  readonly type: string;
  readonly data: Uint8Array;
}

const START_OF_CODE = 0xff4f;
const SIZE_MARKER = 0xff51;
const LUMA_AND_CHROMA = 18;

/** Reads the header of a JPEG 2000 file or of its bare code. @throws UnusableImage, or RangeError if it is truncated */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header {
  const isBare = viewOf(bytes).getUint16(0) === START_OF_CODE;
  const boxes = isBare ? [{ type: "jp2c", data: bytes }] : boxesOf(bytes);
  const code = find(boxes, "jp2c");
  if (!code) throw new UnusableImage("it is damaged or truncated (JPEG 2000: its pixels are missing)");
  const inside = boxesOf(find(boxes, "jp2h") ?? new Uint8Array());
  const size = sizeOf(viewOf(code));
  checkSize(size, MAX_MODULE_PIXELS);
  checkDensity(size, bytes, MAX_PIXELS_PER_BYTE, SMALL);
  const palette = find(inside, "pclr");
  const color = find(inside, "colr");
  const method = color?.[0];
  if (color && method === 1 && viewOf(color).getUint32(3) === LUMA_AND_CHROMA) {
    throw unread("its colors are YCbCr; expected gray or RGB");
  }
  const samples = palette ? (palette[2] ?? 0) : size.samples;
  if (samples !== 1 && samples !== 3) throw unread(`it has ${samples} bands in place of gray or RGB`);
  return {
    ...size,
    samples,
    bits: palette ? 1 + ((palette[3] ?? 0) & 127) : size.bits,
    profile: color && (method === 2 || method === 3) ? color.subarray(3) : null,
  };
}

/** Reads the size marker of the code. */
function sizeOf(view: DataView): ImageSize & { readonly samples: number; readonly bits: number } {
  if (view.getUint16(0) !== START_OF_CODE || view.getUint16(2) !== SIZE_MARKER) {
    throw new UnusableImage("it is damaged or truncated (JPEG 2000: its size is missing)");
  }
  const [width, height] = [view.getUint32(8) - view.getUint32(16), view.getUint32(12) - view.getUint32(20)];
  const samples = view.getUint16(40);
  if (width <= 0 || height <= 0 || samples === 0) {
    throw new UnusableImage(`it is damaged or truncated (JPEG 2000: ${width}x${height} pixels)`);
  }
  const components = Array.from({ length: samples }, (_, i) => [0, 1, 2].map((k) => view.getUint8(42 + 3 * i + k)));
  const [depth = 0] = components[0] ?? [];
  if (components.some(([, across, down]) => across !== 1 || down !== 1)) {
    throw unread("its colors have a lower resolution than its brightness");
  }
  const bits = 1 + (depth & 127);
  if (depth > 127 || bits > 16 || components.some(([other]) => other !== depth)) {
    throw unread(`its samples are ${depth > 127 ? "signed integers" : "unsigned integers"} of ${bits} bits`);
  }
  return { width, height, samples, bits };
}

/** Returns the boxes of a file or of a box. The last one may reach to the end. */
function boxesOf(bytes: Uint8Array): readonly Box[] {
  const view = viewOf(bytes);
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = view.getUint32(at);
    const header = short === 1 ? 16 : 8;
    const length = short === 0 ? bytes.length - at : short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    if (length < header) break;
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString("latin1");
    boxes.push({ type, data: bytes.subarray(at + header, at + length) });
    at += length;
  }
  return boxes;
}

const find = (boxes: readonly Box[], wanted: string): Uint8Array | undefined =>
  boxes.find(({ type }) => type === wanted)?.data;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const unread = (what: string): UnusableImage =>
  new UnusableImage(`${what}, which is not supported for JPEG 2000; convert it to PNG`);
