import { byteAt } from "../../bytes.ts";

/** A part of a JPEG file before its pixels. */
export interface Segment {
  /** Its second byte, which is its kind. */
  readonly marker: number;
  /** Its bytes after the length; fewer if the file ends within them. */
  readonly content: Uint8Array;
  /** Offset in the file of the byte after it. */
  readonly end: number;
}

/** Yields the segments of a JPEG file in order, up to the first bytes that are none. */
export function* segmentsOf(bytes: Uint8Array): Generator<Segment> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = byteAt(bytes, at + 1);
    // A fill byte.
    if (marker === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + 256 * byteAt(bytes, at + 2) + byteAt(bytes, at + 3);
    yield { marker, content: bytes.subarray(at + 4, end), end };
    at = end;
  }
}
