import sharp from "sharp";
import { checkDensity, checkSize, type ImageHeader } from "../image-header.ts";
import { importOptional } from "../optional-package.ts";
import type { SampleOptions } from "../sample-options.ts";
import { newTiff } from "../tiff-file.ts";
import { readTiffTags, type TiffTags } from "../tiff-tags.ts";
import { UnusableImage } from "../unusable-image.ts";
import type { Decoder } from "./decoder.ts";
import { damagedBy, SMALL } from "./limits.ts";

/** The functions of geotiff that are used here. Users who select samples install the package themselves, for its size. */
interface Geotiff {
  fromArrayBuffer(bytes: ArrayBuffer): Promise<{ getImage(index: number): Promise<GeotiffImage> }>;
}

interface GeotiffImage {
  readRasters(options: { readonly samples: readonly number[]; readonly interleave: true }): Promise<Samples>;
}

type Samples = ArrayLike<number>;

/**
 * Returns a decoder that selects bands and scales values, in TIFF and PNG files and in those that another decoder converts
 * to them.
 * @param inner the decoder of the file; null for formats that the image library reads
 */
export const selecting = (inner: Decoder | null): Decoder => ({
  async readHeader(bytes, options) {
    const { width, height } = inner ? await inner.readHeader(bytes, options) : await readSize(bytes, options);
    return { width, height, hasAlpha: false, isDeep: false };
  },
  async convert(bytes, options) {
    const file = inner ? await inner.convert(bytes, options) : bytes;
    return select(isPng(file) ? await asTiff(file) : file, options);
  },
});

/** The maximum number of pixels per byte of a larger file, above what Deflate and LZW reach. */
const MAX_TIFF_PIXELS_PER_BYTE = 2048;

/** True for PNG's signature. */
const isPng = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50;

async function readSize(bytes: Uint8Array, options: SampleOptions): Promise<Pick<ImageHeader, "width" | "height">> {
  const tags = readTiffTags(bytes);
  if (!tags && !isPng(bytes)) {
    throw new UnusableImage(
      `${options.bands ? "bands" : "valueRange"} is set, but it is no TIFF, PNG, PNM, JPEG 2000 or DICOM file; leave the option out, or remove the file`,
    );
  }
  const size = tags
    ? { width: tags.imageWidth[0] ?? 0, height: tags.imageLength[0] ?? 0 }
    : await sharp(bytes, { limitInputPixels: false })
        .metadata()
        .catch((error) => {
          throw damagedBy(error);
        });
  if (size.width === 0 || size.height === 0) throw damagedBy(new Error("TIFF: no size"));
  checkSize(size);
  if (tags) {
    checkDensity(size, bytes, MAX_TIFF_PIXELS_PER_BYTE, SMALL);
    bandsOf(tags, options);
  }
  return size;
}

/** Returns a PNG as TIFF with the same samples. */
async function asTiff(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const { space } = await sharp(bytes).metadata();
    return await sharp(bytes, { failOn: "error" }).toColourspace(space).tiff({ compression: "none" }).toBuffer();
  } catch (error) {
    throw damagedBy(error);
  }
}

/** The photometric interpretations whose samples are plain values: white at 0, black at 0, RGB. */
const PLAIN: readonly number[] = [0, 1, 2];

/** Returns the numbers of the selected bands, from 0. @throws UnusableImage if the file lacks one */
function bandsOf({ samplesPerPixel, photometric }: TiffTags, { bands }: SampleOptions): readonly number[] {
  const [count = 1, interpretation = 1] = [samplesPerPixel[0], photometric[0]];
  if (!PLAIN.includes(interpretation)) {
    throw new UnusableImage(
      `its samples are no plain values (photometric interpretation ${interpretation}), so that bands cannot be selected; convert it to RGB`,
    );
  }
  const selected = bands ?? (interpretation === 2 && count >= 3 ? [1, 2, 3] : [1]);
  const absent = selected.find((band) => band > count);
  if (absent !== undefined) {
    throw new UnusableImage(`it has ${count} ${count === 1 ? "band" : "bands"}, and no band ${absent}; select others`);
  }
  return selected.map((band) => band - 1);
}

/** Returns a TIFF file of 8 bits with the selected bands, gray or RGB. */
async function select(bytes: Uint8Array, options: SampleOptions): Promise<Uint8Array> {
  const tags = readTiffTags(bytes);
  if (!tags) throw damagedBy(new Error("TIFF: no directory"));
  const selected = bandsOf(tags, options);
  const [width = 0, height = 0, bits = 1, format = 1] = [
    tags.imageWidth[0],
    tags.imageLength[0],
    tags.bitsPerSample[0],
    tags.sampleFormat[0],
  ];
  const values = await readSamples(bytes, selected);
  const { file, samples } = newTiff({ width, height, samples: selected.length, bits: 8 });
  if (values.length !== samples.length) throw damagedBy(new Error(`TIFF: ${values.length} samples`));
  const isWhiteAtZero = tags.photometric[0] === 0;
  const most = 2 ** bits - 1;
  const [black, white] =
    options.valueRange ?? (bits <= 8 && (format === 1 || format === 4) ? [0, most] : refuse(values, bits));
  for (let i = 0; i < values.length; i++) {
    const share = Math.min(Math.max(((values[i] as number) - black) / (white - black), 0), 1);
    samples[i] = Math.round(255 * (isWhiteAtZero && !options.valueRange ? 1 - share : share));
  }
  return file;
}

/** Reads some bands, [height, width, bands]. */
async function readSamples(bytes: Uint8Array, samples: readonly number[]): Promise<Samples> {
  const { fromArrayBuffer } = await importOptional<Geotiff>("geotiff", "bands or valueRange is set", "leave it out");
  try {
    const tiff = await fromArrayBuffer(Uint8Array.from(bytes).buffer);
    return await (await tiff.getImage(0)).readRasters({ samples, interleave: true });
  } catch (error) {
    throw damagedBy(error);
  }
}

/** Refuses values without a defined white, and states the values that occur. */
function refuse(values: Samples, bits: number): never {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    lowest = Math.min(lowest, Number.isNaN(value) ? lowest : value);
    highest = Math.max(highest, Number.isNaN(value) ? highest : value);
  }
  throw new UnusableImage(
    `the values of its bands have ${bits} bits and no defined white (they reach from ${lowest} to ${highest}); set valueRange (--value-range) to the values that become black and white`,
  );
}
