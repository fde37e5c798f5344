import type { Metadata } from "sharp";
import { segmentsOf } from "./jpeg/segments.ts";
import { readTiffTags, type TiffTags } from "./tiff-tags.ts";
import { UnusableImage } from "./unusable-image.ts";

const ADVICE = "convert it to 8 bits per channel";
const OR_RANGE = "or set valueRange (--value-range) to the values of black and white";
const OR_BANDS = "or select bands by the option bands (--bands)";

/**
 * Refuses TIFF and JPEG files whose tags declare pixels without a defined brightness or color. This check comes before the
 * image library opens the file, because the library would report other reasons.
 * @throws UnusableImage with the reason
 */
export function checkDeclaredPixels(bytes: Uint8Array): void {
  const tags = readTiffTags(bytes);
  if (tags) checkTiff(tags);
  checkJpeg(bytes);
}

/**
 * Refuses decoded pixels without a defined white: only unsigned integers and CIELAB have one.
 * @throws UnusableImage with the reason
 */
export function checkDecodedPixels({ depth, space, channels }: Metadata): void {
  if (depth !== "uchar" && depth !== "ushort" && space !== ("labs" as string)) {
    throw new UnusableImage(
      `its samples are ${DEPTHS[depth] ?? depth}; expected unsigned integers of 8 or 16 bits; ${ADVICE}`,
    );
  }
  if (space === ("multiband" as string)) {
    throw new UnusableImage(`it has ${bands(channels)} of unknown meaning; expected gray or RGB; ${ADVICE}`);
  }
}

/** The image library's sample types, in words. */
const DEPTHS: Readonly<Record<string, string>> = {
  char: "signed integers of 8 bits",
  short: "signed integers of 16 bits",
  int: "signed integers of 32 bits",
  uint: "unsigned integers of 32 bits",
  float: "floating-point numbers of 32 bits",
  double: "floating-point numbers of 64 bits",
  complex: "complex numbers",
  dpcomplex: "complex numbers",
};

/** The sample types of TIFF by the tag SampleFormat. The undefined type (4) is read as unsigned integers. */
const SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  2: "signed integers",
  3: "floating-point numbers",
  5: "complex integers",
  6: "complex numbers",
};

/** The number of color bands, by the tag PhotometricInterpretation. */
const COLOR_BANDS: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3 };
const COLOR_NAMES: Readonly<Record<number, string>> = { 1: "gray", 3: "RGB", 4: "CMYK" };
const CIELAB = 8;

/** The unsupported photometric interpretations, in words. */
const UNREAD: Readonly<Record<number, string>> = {
  4: "a transparency mask",
  9: "ICC L*a*b*",
  10: "ITU L*a*b*",
  32844: "logarithms of luminance",
  32845: "logarithms of luminance",
  32803: "a camera's raw mosaic",
  34892: "a camera's raw values",
};

const ALPHA: readonly number[] = [1, 2];

function checkTiff({ bitsPerSample, photometric, samplesPerPixel, extraSamples, sampleFormat }: TiffTags): void {
  const [bits = 1, interpretation = 1, samples = 1, format = 1] = [
    bitsPerSample[0],
    photometric[0],
    samplesPerPixel[0],
    sampleFormat[0],
  ];
  const colors = COLOR_BANDS[interpretation];
  if (colors === undefined) {
    const what = UNREAD[interpretation] ?? `of photometric interpretation ${interpretation}`;
    throw new UnusableImage(`its pixels are ${what}; expected gray or RGB; ${ADVICE}`);
  }
  if (interpretation === CIELAB && bits !== 16) {
    throw new UnusableImage(`its pixels are CIELAB of ${bits} bits; expected 16 bits; convert it to RGB`);
  }
  if (format !== 1 && format !== 4 && interpretation !== CIELAB) {
    const what = SAMPLE_FORMATS[format] ?? `of sample format ${format}`;
    throw new UnusableImage(
      `its samples are ${what} of ${bits} bits, for which TIFF defines no white; expected unsigned integers; ${ADVICE}, ${OR_RANGE}`,
    );
  }
  if (![1, 2, 4, 8, 16].includes(bits)) {
    throw new UnusableImage(`its samples have ${bits} bits; expected 1, 2, 4, 8 or 16; ${ADVICE}, ${OR_RANGE}`);
  }
  const extra = samples - colors;
  if (extra < 0) throw new UnusableImage(`it has ${bands(samples)}; expected ${colors} for its colors; ${ADVICE}`);
  if (extra === 0) return;
  const expected = `expected ${COLOR_NAMES[colors]}, with or without declared alpha`;
  if (extra > 1) {
    const advice = samples === 3 ? "declare them as RGB by the tag PhotometricInterpretation" : "remove the others";
    throw new UnusableImage(`it has ${bands(samples)}; ${expected}; ${advice}, ${OR_BANDS}`);
  }
  if (!ALPHA.includes(extraSamples[0] ?? 0)) {
    throw new UnusableImage(
      `it has ${bands(samples)}, the last of which is not declared as alpha (it may be near infrared); ${expected}; remove it, declare it by the tag ExtraSamples, ${OR_BANDS}`,
    );
  }
}

/** True for SOF markers: the frame's header, which begins with the bits per sample. DHT, JPG and DAC lie between them. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function checkJpeg(bytes: Uint8Array): void {
  for (const { marker, content } of segmentsOf(bytes)) {
    if (!isFrame(marker)) continue;
    const [bits] = content;
    if (bits !== undefined && bits !== 8) {
      throw new UnusableImage(`it is a ${bits}-bit JPEG; expected 8 bits; ${ADVICE}`);
    }
    if ((marker & 3) === 3)
      throw new UnusableImage("it is a lossless JPEG; expected baseline or progressive; save it as PNG");
    return;
  }
}

const bands = (count: number): string => (count === 1 ? "1 band" : `${count} bands`);
