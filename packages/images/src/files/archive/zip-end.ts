/** The number of bytes of the record at a zip archive's end, without its comment. */
const RECORD = 22;

/** The maximum number of bytes of the comment, and of other bytes after the archive. */
const AFTER = 2 ** 17;

/** The number of bytes at a file's end in which the record is searched. */
export const ZIP_TAIL = RECORD + AFTER;

/** The position of the record at an archive's end, and that after it, within the searched bytes. */
export interface ZipEnd {
  readonly record: number;
  readonly end: number;
}

/** Finds the end of a zip archive in the last bytes of its file, after which others may follow; null if it is missing. */
export function findZipEnd(tail: Buffer): ZipEnd | null {
  for (let at = tail.lastIndexOf("PK\x05\x06", undefined, "latin1"); at >= 0; ) {
    const end = at + RECORD;
    if (end <= tail.length && end + tail.readUInt16LE(end - 2) <= tail.length) {
      return { record: at, end: end + tail.readUInt16LE(end - 2) };
    }
    if (at === 0) break;
    at = tail.lastIndexOf("PK\x05\x06", at - 1, "latin1");
  }
  return null;
}
