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
    `${archive}: it unpacks to ${gigabytes(unpacked)} or more from ${gigabytes(packed)}, so it may be made to fill the disk. Expected at most ${LARGEST_RATIO} times its size. If you trust it, unpack it, and use the folder.`,
  );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(2)} GB`;
