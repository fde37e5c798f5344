import type { DataSet } from "dicom-parser";
import { checkSize, type ImageSize } from "../image-header.ts";
import { UnusableImage } from "../unusable-image.ts";

/** The description of the pixels of a DICOM file. */
export interface DicomHeader extends ImageSize {
  readonly colors: "MONOCHROME1" | "MONOCHROME2" | "RGB" | "YBR_FULL";
  /** The bytes per sample. */
  readonly bytes: 1 | 2;
  readonly bitsStored: number;
  /** The number of unused bits below the stored ones. */
  readonly shift: number;
  readonly isSigned: boolean;
  readonly isLittle: boolean;
  /** True if the colors follow each other as planes. */
  readonly isPlanar: boolean;
}

/** The uncompressed transfer syntaxes, and true for the little-endian ones. */
const UNCOMPRESSED: Readonly<Record<string, boolean>> = {
  "1.2.840.10008.1.2": true,
  "1.2.840.10008.1.2.1": true,
  "1.2.840.10008.1.2.2": false,
};

/** The beginnings of the compressed transfer syntaxes; the first that fits names the compression. */
const COMPRESSED: readonly (readonly [start: string, name: string])[] = [
  ["1.2.840.10008.1.2.1.99", "deflate"],
  ["1.2.840.10008.1.2.4.5", "JPEG"],
  ["1.2.840.10008.1.2.4.7", "JPEG"],
  ["1.2.840.10008.1.2.4.8", "JPEG-LS"],
  ["1.2.840.10008.1.2.4.9", "JPEG 2000"],
  ["1.2.840.10008.1.2.4.10", "MPEG video"],
  ["1.2.840.10008.1.2.4.1", "JPEG XL"],
  ["1.2.840.10008.1.2.4.2", "high-throughput JPEG 2000"],
  ["1.2.840.10008.1.2.5", "RLE"],
];

const DECOMPRESS = 'decompress it, such as by "gdcmconv --raw" or "dcmdjpeg", or convert it to PNG';
const COLORS: readonly string[] = ["MONOCHROME1", "MONOCHROME2", "RGB", "YBR_FULL"];

/** Reads the description of the pixels. @throws UnusableImage if they are of an unsupported kind */
export function readDicomHeader(data: DataSet): DicomHeader {
  const isLittle = checkSyntax(data.string("x00020010") ?? "1.2.840.10008.1.2");
  const [height = 0, width = 0] = [data.uint16("x00280010"), data.uint16("x00280011")];
  if (width === 0 || height === 0) {
    throw new UnusableImage("it is a DICOM file without an image (it has no rows or no columns)");
  }
  const frames = data.intString("x00280008") ?? 1;
  if (frames !== 1) {
    throw new UnusableImage(`it has ${frames} frames; expected one; save the frames as files of their own`);
  }
  const colors = data.string("x00280004") ?? "MONOCHROME2";
  const samples = data.uint16("x00280002") ?? 1;
  if (!isSupported(colors) || samples !== (colors.startsWith("MONO") ? 1 : 3)) {
    throw new UnusableImage(
      `its colors are ${colors} of ${samples} samples; expected ${COLORS.join(", ")}; convert it to PNG`,
    );
  }
  const allocated = data.uint16("x00280100") ?? 0;
  const bitsStored = data.uint16("x00280101") ?? allocated;
  const highBit = data.uint16("x00280102") ?? bitsStored - 1;
  const isColor = samples === 3;
  if ((allocated !== 8 && allocated !== 16) || (isColor && allocated !== 8)) {
    throw new UnusableImage(
      `its samples have ${allocated} ${allocated === 1 ? "bit" : "bits"}; expected 8${isColor ? "" : " or 16"}; convert it to PNG`,
    );
  }
  if (bitsStored < 1 || highBit + 1 > allocated || highBit + 1 < bitsStored) {
    throw new UnusableImage(`it is damaged or truncated (${bitsStored} bits up to bit ${highBit} of ${allocated})`);
  }
  const size = { width, height };
  checkSize(size);
  return {
    ...size,
    colors,
    bytes: allocated === 8 ? 1 : 2,
    bitsStored,
    shift: highBit + 1 - bitsStored,
    isSigned: data.uint16("x00280103") === 1,
    isLittle,
    isPlanar: data.uint16("x00280006") === 1,
  };
}

const isSupported = (colors: string): colors is DicomHeader["colors"] => COLORS.includes(colors);

/** Returns true for little-endian pixels. @throws UnusableImage if they are compressed */
function checkSyntax(syntax: string): boolean {
  const isLittle = UNCOMPRESSED[syntax];
  if (isLittle !== undefined) return isLittle;
  const [, name = "unknown"] = COMPRESSED.find(([start]) => syntax.startsWith(start)) ?? [];
  throw new UnusableImage(
    `its DICOM pixels are compressed (${name}, transfer syntax ${syntax}); expected none; ${DECOMPRESS}`,
  );
}
