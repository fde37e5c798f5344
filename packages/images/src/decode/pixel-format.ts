import type { Metadata } from "sharp";
import { readTiffTags, type TiffTags } from "./tiff-tags.ts";
import { ImageProblem } from "./unusable-image.ts";

const ADVICE = "convert it to 8 bits per channel";

/**
 * Refuses TIFF and JPEG files whose own tags declare pixels that have no defined brightness or color. Read before the
 * image library opens the file, whose reasons would be other ones.
 * @throws ImageProblem with the reason
 */
export function checkDeclaredPixels(bytes: Uint8Array): void {
  const tags = readTiffTags(bytes);
  if (tags) checkTiff(tags);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) checkJpeg(bytes);
}

/**
 * Refuses decoded pixels that have no white level: only unsigned integers have one, and CIELAB.
 * @throws ImageProblem with the reason
 */
export function checkDecodedPixels({ depth, space, channels }: Metadata): void {
  if (depth !== "uchar" && depth !== "ushort" && space !== ("labs" as string)) {
    throw new ImageProblem(
      `its samples are ${DEPTHS[depth] ?? depth}: expected unsigned integers of 8 or 16 bits: ${ADVICE}`,
    );
  }
  if (space === ("multiband" as string)) {
    throw new ImageProblem(`it has ${bands(channels)} of unknown meaning: expected gray or RGB: ${ADVICE}`);
  }
}

/** The image library's depths, in words. */
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

/** What a sample of a TIFF file is, by its tag SampleFormat. An undefined one (4) is read as an unsigned integer. */
const SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  2: "signed integers",
  3: "floating-point numbers",
  5: "complex integers",
  6: "complex numbers",
};

/** How many bands hold the color, by the tag PhotometricInterpretation. */
const COLOR_BANDS: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3 };
const COLOR_NAMES: Readonly<Record<number, string>> = { 1: "gray", 3: "RGB", 4: "CMYK" };
const CIELAB = 8;

/** Photometric interpretations that are not read, in words. */
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
    throw new ImageProblem(`its pixels are ${what}: expected gray or RGB: ${ADVICE}`);
  }
  if (interpretation === CIELAB && bits !== 16) {
    throw new ImageProblem(`its pixels are CIELAB of ${bits} bits: expected 16 bits: convert it to RGB`);
  }
  if (format !== 1 && format !== 4 && interpretation !== CIELAB) {
    const what = SAMPLE_FORMATS[format] ?? `of sample format ${format}`;
    throw new ImageProblem(
      `its samples are ${what} of ${bits} bits, for which TIFF defines no white: expected unsigned integers: ${ADVICE}`,
    );
  }
  if (![1, 2, 4, 8, 16].includes(bits)) {
    throw new ImageProblem(`its samples have ${bits} bits: expected 1, 2, 4, 8 or 16: ${ADVICE}`);
  }
  const extra = samples - colors;
  if (extra < 0) throw new ImageProblem(`it has ${bands(samples)}: expected ${colors} for its colors: ${ADVICE}`);
  if (extra === 0) return;
  const expected = `expected ${COLOR_NAMES[colors]}, with or without declared alpha`;
  if (extra > 1) {
    const advice = samples === 3 ? "declare them as RGB by the tag PhotometricInterpretation" : "remove the others";
    throw new ImageProblem(`it has ${bands(samples)}: ${expected}: ${advice}`);
  }
  if (!ALPHA.includes(extraSamples[0] ?? 0)) {
    throw new ImageProblem(
      `it has ${bands(samples)}, the last of which is not declared as alpha (it may be near infrared): ${expected}: remove it, or declare it by the tag ExtraSamples`,
    );
  }
}

/** SOF markers: the frame's header, which begins with the bits per sample. DHT, JPG and DAC lie among them. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function checkJpeg(bytes: Uint8Array): void {
  for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] as number;
    // A fill byte.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (isFrame(marker)) {
      const bits = bytes[at + 4] as number;
      if (bits !== 8) throw new ImageProblem(`it is a ${bits}-bit JPEG: expected 8 bits: ${ADVICE}`);
      if ((marker & 3) === 3)
        throw new ImageProblem("it is a lossless JPEG: expected baseline or progressive: save it as PNG");
      return;
    }
    at += 2 + 256 * (bytes[at + 2] as number) + (bytes[at + 3] as number);
  }
}

const bands = (count: number): string => (count === 1 ? "1 band" : `${count} bands`);
