/** A picture to write as TIFF, sample by sample: 16 x 4 pixels by default. */
export interface TiffPicture {
  readonly width?: number;
  readonly height?: number;
  /** Per pixel; default 1. */
  readonly samples?: number;
  /** Per sample; default 8. */
  readonly bits?: number;
  /** SampleFormat: 1 unsigned (default), 2 signed, 3 floating point, 4 undefined, 6 complex. */
  readonly format?: number;
  /** PhotometricInterpretation; default RGB from 3 samples on, else gray with black at 0. */
  readonly photometric?: number;
  readonly extraSamples?: readonly number[];
  /** The value of a sample of the pixel with that number, in reading order. */
  readonly value: (pixel: number, sample: number) => number;
}

/** Pixels of a picture of the default size. */
export const PIXELS = 64;

/** Writes an uncompressed TIFF file, little-endian, with one strip. */
export function tiff({
  width = 16,
  height = PIXELS / 16,
  samples = 1,
  bits = 8,
  format = 1,
  photometric = samples < 3 ? 1 : 2,
  extraSamples = [],
  value,
}: TiffPicture): Buffer {
  const rowBytes = Math.ceil((width * samples * bits) / 8);
  const data = Buffer.alloc(rowBytes * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let sample = 0; sample < samples; sample++) {
      const bit = ((pixel % width) * samples + sample) * bits;
      const at = Math.floor(pixel / width) * rowBytes + (bit >> 3);
      const number = value(pixel, sample);
      if (bits < 8) data[at] = (data[at] as number) | (number << (8 - bits - (bit & 7)));
      else if (format === 3 && bits === 64) data.writeDoubleLE(number, at);
      else if (format === 3 && bits === 32) data.writeFloatLE(number, at);
      else if (bits % 8 === 0 && bits <= 48)
        data.writeIntLE(number > 2 ** (bits - 1) - 1 ? number - 2 ** bits : number, at, bits / 8);
    }
  }
  const tags = (
    [
      [256, [width]],
      [257, [height]],
      [258, new Array<number>(samples).fill(bits)],
      [259, [1]],
      [262, [photometric]],
      [273, [8]],
      [277, [samples]],
      [278, [height]],
      [279, [data.length]],
      [338, extraSamples],
      [339, new Array<number>(samples).fill(format)],
    ] as const
  ).filter(([, values]) => values.length > 0);
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  directory.writeUInt16LE(tags.length);
  let end = 8 + data.length + directory.length;
  const outside: Buffer[] = [];
  for (const [i, [tag, values]] of tags.entries()) {
    const field = Buffer.alloc(Math.max(4, 2 * values.length));
    for (const [k, number] of values.entries()) field.writeUInt16LE(number, 2 * k);
    const at = 2 + 12 * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(3, at + 2);
    directory.writeUInt32LE(values.length, at + 4);
    if (field.length === 4) field.copy(directory, at + 8);
    else {
      directory.writeUInt32LE(end, at + 8);
      outside.push(field);
      end += field.length;
    }
  }
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(8 + data.length, 4);
  return Buffer.concat([header, data, directory, ...outside]);
}
