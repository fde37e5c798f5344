/** The TIFF tags that define the size and the meaning of a sample, by their names in the TIFF 6.0 specification. */
const TAGS = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  samplesPerPixel: 277,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

/** The values of each tag in a TIFF file's first directory; an empty list if the tag is absent. */
export type TiffTags = Readonly<Record<keyof typeof TAGS, readonly number[]>>;

/** The bytes of a value by its TIFF type: BYTE, SHORT and LONG. */
const TYPE_SIZES: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 };

/** The maximum number of values of a tag; a description of a pixel has far fewer. */
const MOST_VALUES = 64;

/**
 * Reads the first directory of a TIFF or BigTIFF file. The image library converts samples without reporting their tags, so
 * that undeclared bands, floats and alpha cannot be distinguished afterwards.
 * @returns null if the bytes are not a TIFF file, or its directory is truncated
 */
export function readTiffTags(bytes: Uint8Array): TiffTags | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const little = view.getUint16(0) === 0x4949;
    if (!little && view.getUint16(0) !== 0x4d4d) return null;
    const version = view.getUint16(2, little);
    if (version !== 42 && version !== 43) return null;
    const big = version === 43;
    const offsetAt = (at: number): number => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
    const directory = offsetAt(big ? 8 : 4);
    const [entrySize, countSize, inline] = big ? [20, 8, 8] : [12, 2, 4];
    const entries = big ? Number(view.getBigUint64(directory, little)) : view.getUint16(directory, little);
    const values = new Map<number, readonly number[]>();
    for (let i = 0; i < entries; i++) {
      const at = directory + countSize + i * entrySize;
      const [tag, type] = [view.getUint16(at, little), view.getUint16(at + 2, little)];
      const [size, count] = [TYPE_SIZES[type], offsetAt(at + 4)];
      if (size === undefined || count > MOST_VALUES) continue;
      const field = at + (big ? 12 : 8);
      const start = size * count > inline ? offsetAt(field) : field;
      const read = { 1: "getUint8", 2: "getUint16", 4: "getUint32" } as const;
      values.set(
        tag,
        Array.from({ length: count }, (_, k) => view[read[size]](start + k * size, little)),
      );
    }
    const found = Object.entries(TAGS).map(([name, tag]) => [name, values.get(tag) ?? []]);
    return Object.fromEntries(found) as TiffTags;
  } catch (error) {
    // An offset points outside of the file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
