import { byteAt } from "../../bytes.ts";
import { newTiff } from "../tiff-file.ts";
import { type BmpHeader, readBmpHeader, rowBytesOf } from "./bmp-header.ts";
import type { Decoder } from "./decoder.ts";
import { expandRle } from "./rle.ts";

/** Windows and OS/2 bitmaps: 1 to 32 bits, palettes, bit fields, RLE, rows in both orders. */
export const bmp: Decoder = {
  readHeader(bytes) {
    const { width, height, masks } = readBmpHeader(bytes);
    return { width, height, hasAlpha: masks !== null && masks[3] !== 0, isDeep: false };
  },
  convert(bytes) {
    const header = readBmpHeader(bytes);
    const { masks, profile } = header;
    const hasAlpha = masks !== null && masks[3] !== 0;
    const samples = hasAlpha ? 4 : 3;
    const { file, samples: pixels } = newTiff({ ...header, samples, bits: 8, hasAlpha, profile });
    if (header.bits === 24) copyTriples(bytes, header, pixels);
    else if (masks) copyFields(bytes, header, masks, pixels);
    else copyIndices(bytes, header, pixels);
    // Programs that know no alpha leave 0 there.
    if (hasAlpha && !pixels.some((value, i) => i % 4 === 3 && value !== 0)) {
      for (let i = 3; i < pixels.length; i += 4) pixels[i] = 255;
    }
    return file;
  },
};

/** Returns the offset of a row in the file's order, given its number from the top. */
const rowAt = ({ start, height, isTopDown }: BmpHeader, row: number, rowBytes: number): number =>
  start + (isTopDown ? row : height - 1 - row) * rowBytes;

function copyTriples(bytes: Uint8Array, header: BmpHeader, pixels: Uint8Array): void {
  const { width, height } = header;
  let to = 0;
  for (let row = 0; row < height; row++) {
    let at = rowAt(header, row, rowBytesOf(width, 24));
    for (let column = 0; column < width; column++, at += 3) {
      pixels[to++] = byteAt(bytes, at + 2);
      pixels[to++] = byteAt(bytes, at + 1);
      pixels[to++] = byteAt(bytes, at);
    }
  }
}

/** Copies pixels of 16 or 32 bits whose channels are bit fields, scaled to 8 bits. */
function copyFields(
  bytes: Uint8Array,
  header: BmpHeader,
  masks: NonNullable<BmpHeader["masks"]>,
  pixels: Uint8Array,
): void {
  const { width, height, bits } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = masks.flatMap((mask, i) => {
    if (mask === 0 && i === 3) return [];
    const shift = mask === 0 ? 0 : Math.clz32(mask & -mask) ^ 31;
    return [{ mask, shift, scale: mask === 0 ? 0 : 255 / (mask >>> shift) }];
  });
  let to = 0;
  for (let row = 0; row < height; row++) {
    let at = rowAt(header, row, rowBytesOf(width, bits));
    for (let column = 0; column < width; column++, at += bits / 8) {
      const value = bits === 16 ? view.getUint16(at, true) : view.getUint32(at, true);
      for (const { mask, shift, scale } of fields) pixels[to++] = Math.round(((value & mask) >>> shift) * scale);
    }
  }
}

/** Copies the colors of palette indices. Indices beyond the palette are black. */
function copyIndices(bytes: Uint8Array, header: BmpHeader, pixels: Uint8Array): void {
  const { width, height, bits, compression, palette, paletteStep, start } = header;
  const expanded = compression === "none" ? null : expandRle(bytes.subarray(start), header);
  const last = 2 ** bits - 1;
  let to = 0;
  for (let row = 0; row < height; row++) {
    const at = rowAt(header, row, rowBytesOf(width, bits));
    // Expanded indices are in the file's order of rows.
    const from = (header.isTopDown ? row : height - 1 - row) * width;
    for (let column = 0; column < width; column++) {
      const bit = column * bits;
      const index = expanded
        ? byteAt(expanded, from + column)
        : (byteAt(bytes, at + (bit >> 3)) >> (8 - bits - (bit & 7))) & last;
      for (let channel = 2; channel >= 0; channel--) pixels[to++] = palette[index * paletteStep + channel] ?? 0;
    }
  }
}
