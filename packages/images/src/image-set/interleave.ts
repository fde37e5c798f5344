import type { ImageShape } from "@downhill/optim/image";
import { byteAt } from "../bytes.ts";

/**
 * Copies an image that is stored channel by channel, as sets store it, pixel by pixel, as image files and NumPy store it.
 * @param into the destination; the copy starts at `offset` (default 0)
 */
export function interleave(
  image: Uint8Array,
  [channels, height, width]: ImageShape,
  into: Uint8Array,
  offset = 0,
): Uint8Array {
  const plane = height * width;
  for (let at = 0; at < plane; at++) {
    for (let c = 0; c < channels; c++) into[offset + at * channels + c] = byteAt(image, c * plane + at);
  }
  return into;
}
