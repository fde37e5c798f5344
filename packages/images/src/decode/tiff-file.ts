import { endianness } from "node:os";
import type { ImageSize } from "./image-header.ts";

/** The layout of interleaved samples. */
export interface TiffLayout extends ImageSize {
  /** The number of samples per pixel: gray or RGB, and then alpha if `hasAlpha`, or bands without a declared meaning. */
  readonly samples: number;
  readonly bits: 8 | 16;
  readonly hasAlpha?: boolean;
  /** An ICC profile of the colors; default sRGB. */
  readonly profile?: Uint8Array | null;
}

/** A TIFF file whose samples are not written yet. */
export interface TiffFile<Samples> {
  readonly file: Uint8Array;
  /** The samples within the file, [height, width, samples]. */
  readonly samples: Samples;
}

/** The TIFF types that are written here, and their bytes. */
const SIZES = { 3: 2, 4: 4, 7: 1 } as const;

type Entry = readonly [tag: number, type: keyof typeof SIZES, values: ArrayLike<number>];

/** The approximate number of bytes of a strip. */
const STRIP = 2 ** 20;

/**
 * Returns an uncompressed TIFF file with samples of 0, in the byte order of the machine. Decoders of formats that the image
 * library does not read write their samples to it, so that size, color profile and alpha are treated as for other images.
 */
export function newTiff(layout: TiffLayout & { readonly bits: 8 }): TiffFile<Uint8Array>;
export function newTiff(layout: TiffLayout & { readonly bits: 16 }): TiffFile<Uint16Array>;
export function newTiff(layout: TiffLayout): TiffFile<Uint8Array | Uint16Array> {
  const { width, height, samples, bits, hasAlpha = false, profile = null } = layout;
  const rowBytes = (width * samples * bits) / 8;
  const colors = samples < 3 ? 1 : 3;
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP / rowBytes)));
  const strips = Array.from({ length: Math.ceil(height / rows) }, (_, i) => i * rows);
  const entries = (start: number): readonly Entry[] => [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, new Array<number>(samples).fill(bits)],
    [259, 3, [1]],
    [262, 3, [colors === 1 ? 1 : 2]],
    [273, 4, strips.map((row) => start + row * rowBytes)],
    [277, 3, [samples]],
    [278, 4, [rows]],
    [279, 4, strips.map((row) => Math.min(rows, height - row) * rowBytes)],
    ...(samples > colors ? [[338, 3, new Array<number>(samples - colors).fill(hasAlpha ? 2 : 0)] as const] : []),
    ...(profile ? [[34675, 7, profile] as const] : []),
  ];
  const start = sizeOf(entries(0));
  const file = new Uint8Array(start + rowBytes * height);
  writeDirectory(new DataView(file.buffer), entries(start));
  const length = width * height * samples;
  return { file, samples: bits === 8 ? file.subarray(start) : new Uint16Array(file.buffer, start, length) };
}

/** Returns the even number of bytes that a value takes outside of the directory. */
function outside([, type, values]: Entry): number {
  const size = SIZES[type] * values.length;
  return size > 4 ? size + (size & 1) : 0;
}

const sizeOf = (entries: readonly Entry[]): number =>
  8 + 2 + 12 * entries.length + 4 + entries.reduce((sum, entry) => sum + outside(entry), 0);

function writeDirectory(view: DataView, entries: readonly Entry[]): void {
  const little = endianness() === "LE";
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, entries.length, little);
  let free = 8 + 2 + 12 * entries.length + 4;
  for (const [i, entry] of entries.entries()) {
    const [tag, type, values] = entry;
    const at = 10 + 12 * i;
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, values.length, little);
    const from = outside(entry) > 0 ? free : at + 8;
    if (from === free) view.setUint32(at + 8, free, little);
    free += outside(entry);
    for (let k = 0; k < values.length; k++) {
      const value = values[k] as number;
      if (type === 3) view.setUint16(from + 2 * k, value, little);
      else if (type === 4) view.setUint32(from + 4 * k, value, little);
      else view.setUint8(from + k, value);
    }
  }
}
