import { readFrame } from "./frame.ts";
import { canHold, scaleOf, sizeFor } from "./plan.ts";
import { ReducedDecoder } from "./reduced-decoder.ts";

/** Samples of a block's side up to which this decoder is faster than the image library. */
const LARGEST_SIZE = 2;

/** Bytes of the largest file that is decoded here: positions of bits have 32 bits. */
const LARGEST_FILE = 2 ** 28;

/** The most bytes of memory that are kept for the next image. */
const KEPT = 2 ** 26;

/** The decoder of this thread, with the memory that its next image is decoded in. */
let decoder: ReducedDecoder | null = null;

/**
 * Decodes a JPEG file of the common kind to a size of a quarter or less, and resamples it: with its proportions to cover
 * the size, the center cropped. It computes only as many samples as the size needs (T. 81, A.3.3, for fewer samples), and
 * thus takes a fraction of the time of the image library.
 * @returns bytes [3, height, width]; null for larger sizes, files of other kinds and damaged ones: they are the image
 * library's
 */
export function decodeJpeg(bytes: Uint8Array, height: number, width: number): Uint8Array | null {
  const frame = readFrame(bytes);
  if (!frame || bytes.length > LARGEST_FILE || !canHold(bytes.length - frame.start, frame)) return null;
  if (sizeFor(8 * scaleOf(frame, height, width)) > LARGEST_SIZE) return null;
  decoder ??= new ReducedDecoder();
  const pixels = decoder.decode(bytes, frame, height, width);
  if (decoder.bytes > KEPT) decoder = null;
  return pixels;
}
