import { UnusableImage } from "../unusable-image.ts";

/** The maximum number of pixels of formats whose decoders run in WebAssembly, whose memory is limited to 4 GiB. */
export const MAX_MODULE_PIXELS = 2 ** 26;

/** The maximum number of pixels per byte of a larger image in a strongly compressed format. */
export const MAX_PIXELS_PER_BYTE = 8192;

/** The number of pixels up to which a file may have any length: an image of one color takes few bytes. */
export const SMALL = 2 ** 22;

/**
 * The number of bytes up to which the memory of a module is kept for the next image. It never shrinks, so that a module
 * with more is created anew.
 */
export const KEPT_MEMORY = 2 ** 28;

/** Returns the error for a file that a library cannot decode. Only the first line of the library's message is useful. */
export function damagedBy(error: unknown): UnusableImage {
  // Exceptions of C++ are numbers.
  const message = error instanceof Error ? error.message : typeof error === "string" ? error : "";
  const [reason = ""] = message.trim().split("\n");
  return new UnusableImage(`it is damaged or truncated${reason === "" ? "" : ` (${reason.slice(0, 200)})`}`);
}
