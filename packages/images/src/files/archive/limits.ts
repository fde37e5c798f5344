import { DataError } from "../../error.ts";

/** The number of unpacked bytes up to which no archive is suspicious. */
const SUSPICIOUS = 2 ** 30;

/** The maximum ratio of unpacked to packed bytes. Archives of photographs have about 1, of drawings as bitmaps below 100. */
const LARGEST_RATIO = 200;

/**
 * Refuses an archive that unpacks to far more than images do.
 * @param unpacked the number of unpacked bytes, of the whole archive or so far
 * @param packed the number of bytes that contain them
 */
export function checkRatio(archive: string, unpacked: number, packed: number): void {
  if (unpacked <= SUSPICIOUS || unpacked <= LARGEST_RATIO * packed) return;
  throw new DataError(
    `${archive}: it unpacks to ${inWords(unpacked)} or more from ${inWords(packed)}, so it may be made to fill the disk. Expected at most ${LARGEST_RATIO} times its size. If you trust it, unpack it, and use the folder.`,
  );
}

/** Returns a number of bytes with a unit: "2.1 GB". */
function inWords(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${["bytes", "kB", "MB", "GB", "TB"][power]}`;
}
