import { checkDensity, checkSize, type ImageSize } from "../image-header.ts";
import { UnusableImage } from "../unusable-image.ts";

/** A BMP file's header and palette. */
export interface BmpHeader extends ImageSize {
  readonly bits: number;
  readonly compression: "none" | "rle8" | "rle4";
  /** True if the first row is at the top. */
  readonly isTopDown: boolean;
  /** The masks of red, green, blue and alpha; null for a palette or whole bytes. */
  readonly masks: readonly [red: number, green: number, blue: number, alpha: number] | null;
  /** The palette as blue, green, red; `paletteStep` bytes each. Empty without a palette. */
  readonly palette: Uint8Array;
  readonly paletteStep: 3 | 4;
  /** The offset of the pixels. */
  readonly start: number;
  /** The embedded ICC profile; null if there is none. */
  readonly profile: Uint8Array | null;
}

/** The length of the file header, which precedes the bitmap's header. */
const FILE_HEADER = 14;
const CORE = 12;

/** The compressions of Windows' headers; the other numbers have names only. */
const COMPRESSIONS = { 0: "none", 1: "rle8", 2: "rle4", 3: "none", 6: "none" } as const;
const BIT_FIELDS: readonly number[] = [3, 6];
const UNREAD: Readonly<Record<number, string>> = { 4: "JPEG", 5: "PNG", 11: "CMYK", 12: "CMYK", 13: "CMYK" };

/** The masks without declared bit fields, by bits per pixel. */
const MASKS: Readonly<Record<number, BmpHeader["masks"]>> = {
  16: [0x7c00, 0x3e0, 0x1f, 0],
  32: [0xff0000, 0xff00, 0xff, 0],
};

/** "MBED" as a number: the profile is part of the file. */
const EMBEDDED = 0x4d424544;

/** The maximum number of pixels per byte: a run of RLE has up to 255 pixels in two bytes. */
const MAX_PIXELS_PER_BYTE = 128;

/** Reads the header of a Windows or OS/2 bitmap. @throws UnusableImage, or RangeError if the header is truncated */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (offset: number): number => view.getUint32(FILE_HEADER + offset, true);
  const length = at(0);
  const isCore = length === CORE;
  if (!isCore && (length < 16 || length > 124)) throw damaged(`a header of ${length} bytes`);
  const width = isCore ? view.getUint16(FILE_HEADER + 4, true) : view.getInt32(FILE_HEADER + 4, true);
  const signed = isCore ? view.getUint16(FILE_HEADER + 6, true) : view.getInt32(FILE_HEADER + 8, true);
  const height = Math.abs(signed);
  if (width <= 0 || height === 0) throw damaged(`a size of ${width}x${signed}`);
  const bits = view.getUint16(FILE_HEADER + (isCore ? 10 : 14), true);
  const number = length >= 20 ? at(16) : 0;
  const compression = compressionOf(number, bits, length);
  const size = { width, height };
  checkSize(size);
  checkDensity(size, bytes, MAX_PIXELS_PER_BYTE);
  const start = view.getUint32(10, true);
  // The last row may lack its padding.
  const end = start + rowBytesOf(width, bits) * (height - 1) + (width * bits) / 8;
  if (compression === "none" && end > bytes.length) {
    throw damaged(`${bytes.length} bytes for ${width}x${height} pixels`);
  }
  // Windows 3's header is followed by the masks. Later headers contain them.
  const hasFields = BIT_FIELDS.includes(number);
  const hasAlpha = length >= 56 || number === 6;
  const masks = hasFields ? ([at(40), at(44), at(48), hasAlpha ? at(52) : 0] as const) : (MASKS[bits] ?? null);
  const paletteAt = FILE_HEADER + length + (hasFields && length === 40 ? (number === 6 ? 16 : 12) : 0);
  const paletteStep = isCore ? 3 : 4;
  const colors = bits > 8 ? 0 : Math.min((length >= 36 && at(32)) || 2 ** bits, 2 ** bits);
  // Some writers leave out the end of the palette.
  const palette = bytes.subarray(paletteAt, Math.min(paletteAt + colors * paletteStep, start));
  if (bits <= 8 && palette.length < paletteStep) throw damaged("no palette");
  const profile = length >= 124 && at(56) === EMBEDDED ? profileOf(bytes, at(112), at(116)) : null;
  return { ...size, bits, compression, isTopDown: signed < 0, masks, palette, paletteStep, start, profile };
}

/** Returns the bytes of a row: a multiple of four. */
export const rowBytesOf = (width: number, bits: number): number => 4 * Math.ceil((width * bits) / 32);

function compressionOf(number: number, bits: number, length: number): BmpHeader["compression"] {
  // OS/2's header of 64 bytes has other meanings of the numbers from 3 on.
  const isOther = length === 64 && number > 2;
  const compression = isOther ? undefined : COMPRESSIONS[number as keyof typeof COMPRESSIONS];
  if (compression === undefined) {
    const what = (!isOther && UNREAD[number]) || `of kind ${number}`;
    throw new UnusableImage(`its BMP compression is ${what}; expected none, bit fields or RLE; save it as PNG`);
  }
  const allowed = { rle8: [8], rle4: [4], none: BIT_FIELDS.includes(number) ? [16, 32] : [1, 2, 4, 8, 16, 24, 32] };
  if (!allowed[compression].includes(bits)) throw damaged(`${bits} bits per pixel with compression ${number}`);
  return compression;
}

function profileOf(bytes: Uint8Array, offset: number, size: number): Uint8Array | null {
  const profile = bytes.subarray(FILE_HEADER + offset, FILE_HEADER + offset + size);
  return size > 0 && profile.length === size ? profile : null;
}

const damaged = (reason: string): UnusableImage => new UnusableImage(`it is damaged or truncated (BMP: ${reason})`);
