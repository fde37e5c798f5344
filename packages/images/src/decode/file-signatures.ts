/** The bytes with which files of unsupported formats begin, as Latin-1, from an offset. */
const SIGNATURES: readonly (readonly [format: string, offset: number, start: string])[] = [
  ["BMP", 0, "BM"],
  ["PSD", 0, "8BPS"],
  ["ICO", 0, "\0\0\x01\0"],
  ["JPEG XL", 0, "\xff\x0a"],
  ["JPEG XL", 4, "JXL "],
  ["JPEG 2000", 4, "jP  "],
  ["JPEG 2000", 0, "\xff\x4f\xff\x51"],
  ["HEIC", 4, "ftyphei"],
  ["HEIC", 4, "ftyphev"],
  ["OpenEXR", 0, "\x76\x2f\x31\x01"],
  ["Radiance HDR", 0, "#?RADIANCE"],
  ["FITS", 0, "SIMPLE  ="],
  ["DICOM", 128, "DICM"],
  ["NumPy", 0, "\x93NUMPY"],
  ["PDF", 0, "%PDF-"],
  ["ZIP", 0, "PK\x03\x04"],
  ["gzip", 0, "\x1f\x8b"],
  ["PNM", 0, "P5"],
  ["PNM", 0, "P6"],
  ["video", 4, "ftyp"],
];

/** Returns the format of an unsupported file by its first bytes; null if it is unknown. */
export function formatOf(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 160)).toString("latin1");
  const isAvif = start.startsWith("ftypavi", 4);
  return isAvif ? null : (SIGNATURES.find(([, offset, signature]) => start.startsWith(signature, offset))?.[0] ?? null);
}
