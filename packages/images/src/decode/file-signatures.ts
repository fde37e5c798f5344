/** The bytes with which files begin that the image library does not read, as Latin-1, from an offset. */
const SIGNATURES: readonly (readonly [format: string, offset: number, start: string])[] = [
  ["BMP", 0, "BM"],
  ["PSD", 0, "8BPS"],
  ["ICO", 0, "\0\0\x01\0"],
  ["JPEG XL", 0, "\xff\x0a"],
  ["JPEG XL", 4, "JXL "],
  ["JPEG 2000", 4, "jP  "],
  ["JPEG 2000", 0, "\xff\x4f\xff\x51"],
  ["OpenEXR", 0, "\x76\x2f\x31\x01"],
  ["Radiance HDR", 0, "#?RADIANCE"],
  ["FITS", 0, "SIMPLE  ="],
  ["DICOM", 128, "DICM"],
  ["NumPy", 0, "\x93NUMPY"],
  ["PDF", 0, "%PDF-"],
  ["ZIP", 0, "PK\x03\x04"],
  ["gzip", 0, "\x1f\x8b"],
  ["video", 4, "ftyp"],
];

/** The brands of files whose images are compressed by HEVC. */
const HEIC = /^(?:heic|heix|heim|heis|hevc|hevx|hevm|hevs)$/;

/** Returns the format of a file that the image library does not read, by its first bytes; null if it is unknown. */
export function formatOf(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 160)).toString("latin1");
  if (/^P[1-7][\s#]/.test(start)) return "PNM";
  const brands = brandsOf(bytes, start);
  if (brands.some((brand) => HEIC.test(brand))) return "HEIC";
  // Other codings in the same container: the image library names them.
  if (brands.some((brand) => /^(?:avi[fs]|mif1|msf1)$/.test(brand))) return null;
  return SIGNATURES.find(([, offset, signature]) => start.startsWith(signature, offset))?.[0] ?? null;
}

/** Returns the brands that a file of ISO's media container declares: the major one and the compatible ones. */
function brandsOf(bytes: Uint8Array, start: string): readonly string[] {
  if (!start.startsWith("ftyp", 4)) return [];
  const length = Math.min(bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), start.length);
  // The version lies between the major brand and the others.
  const offsets = [8, ...Array.from({ length: Math.max(0, (length - 16) >> 2) }, (_, i) => 16 + 4 * i)];
  return offsets.map((offset) => start.slice(offset, offset + 4));
}
