import dicomParser, { type DataSet } from "dicom-parser";
import { byteAt } from "../../bytes.ts";
import type { SampleOptions } from "../sample-options.ts";
import { newTiff } from "../tiff-file.ts";
import { UnusableImage } from "../unusable-image.ts";
import type { Decoder } from "./decoder.ts";
import { type DicomHeader, readDicomHeader } from "./dicom-header.ts";
import { brightnessOf } from "./dicom-window.ts";
import { damagedBy } from "./limits.ts";

const PIXELS = "x7fe00010";

/** Uncompressed DICOM files of one frame, windowed; MONOCHROME1 is inverted. */
export const dicom: Decoder = {
  appliesOptions: true,
  readHeader(bytes, options) {
    if (options.bands)
      throw new UnusableImage("its format is DICOM, which has no bands; expected TIFF; leave out bands");
    const { width, height } = readDicomHeader(parse(bytes));
    return { width, height, hasAlpha: false, isDeep: false };
  },
  convert(bytes, { valueRange }) {
    const data = parse(bytes);
    const header = readDicomHeader(data);
    return header.colors.startsWith("MONO")
      ? convertGray(data, header, pixelsOf(bytes, data, header, 1), valueRange)
      : convertColors(header, pixelsOf(bytes, data, header, 3));
  },
};

/** Parses the elements up to the pixels. */
function parse(bytes: Uint8Array): DataSet {
  try {
    return dicomParser.parseDicom(bytes, { untilTag: PIXELS });
  } catch (error) {
    // The library throws strings and objects as well.
    const { exception = error } = error as { readonly exception?: unknown };
    throw damagedBy(exception);
  }
}

/** Returns the bytes of the pixels. @throws UnusableImage if some are missing */
function pixelsOf(bytes: Uint8Array, data: DataSet, header: DicomHeader, samples: number): Uint8Array {
  const { width, height } = header;
  const needed = width * height * samples * header.bytes;
  const at = data.elements[PIXELS]?.dataOffset;
  if (at === undefined) throw new UnusableImage("it is a DICOM file without pixels");
  if (at + needed > bytes.length) {
    throw new UnusableImage(`it is damaged or truncated (${bytes.length} bytes for ${width}x${height} pixels)`);
  }
  return bytes.subarray(at, at + needed);
}

function convertGray(
  data: DataSet,
  header: DicomHeader,
  bytes: Uint8Array,
  valueRange: SampleOptions["valueRange"],
): Uint8Array {
  const { bytes: size, isLittle, bitsStored, shift, isSigned } = header;
  const stored = new Int32Array(bytes.length / size);
  // Shifting by 32 bits less extends the sign, or removes what is stored above the value.
  const unused = 32 - bitsStored;
  for (let i = 0; i < stored.length; i++) {
    const [low, high] = isLittle ? [2 * i, 2 * i + 1] : [2 * i + 1, 2 * i];
    const value = (size === 1 ? byteAt(bytes, i) : byteAt(bytes, low) + 256 * byteAt(bytes, high)) >> shift;
    stored[i] = isSigned ? (value << unused) >> unused : (value << unused) >>> unused;
  }
  const brightness = brightnessOf(data, header, stored, valueRange);
  const { file, samples } = newTiff({ ...header, samples: 1, bits: 8 });
  const isInverted = header.colors === "MONOCHROME1";
  for (let i = 0; i < samples.length; i++) {
    const value = Math.round(255 * Math.min(Math.max(brightness(stored[i] as number), 0), 1));
    samples[i] = isInverted ? 255 - value : value;
  }
  return file;
}

function convertColors({ width, height, colors, isPlanar }: DicomHeader, bytes: Uint8Array): Uint8Array {
  const { file, samples } = newTiff({ width, height, samples: 3, bits: 8 });
  const plane = width * height;
  const [step, next] = isPlanar ? [1, plane] : [3, 1];
  for (let i = 0; i < plane; i++) {
    const at = i * step;
    const [a, b, c] = [byteAt(bytes, at), byteAt(bytes, at + next), byteAt(bytes, at + 2 * next)];
    const rgb = colors === "RGB" ? [a, b, c] : rgbOf(a, b - 128, c - 128);
    for (let channel = 0; channel < 3; channel++) {
      samples[3 * i + channel] = Math.min(Math.max(Math.round(rgb[channel] as number), 0), 255);
    }
  }
  return file;
}

/** Returns the color of YCbCr values with the full range (ITU-R BT.601), as in JPEG. */
const rgbOf = (luma: number, blue: number, red: number): readonly number[] => [
  luma + 1.402 * red,
  luma - 0.344136 * blue - 0.714136 * red,
  luma + 1.772 * blue,
];
