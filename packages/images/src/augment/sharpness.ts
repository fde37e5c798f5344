import type { ImageShape } from "@downhill/optim/image";
import { byteAt } from "../bytes.ts";
import type { ChangeTones } from "./tones.ts";

/**
 * Scales the difference from the image smoothed by [1 1 1; 1 5 1; 1 1 1] / 13, as Pillow does: 1 changes nothing, 0 gives
 * the smooth image, and more than 1 sharpens. The outermost pixels are unchanged.
 */
export function sharpness([channels, height, width]: ImageShape): ChangeTones {
  const plane = height * width;
  const before = new Uint8Array(channels * plane);
  return (image, factor) => {
    before.set(image);
    for (let c = 0; c < channels; c++) {
      for (let y = 1; y < height - 1; y++) {
        for (let x = 1; x < width - 1; x++) {
          const at = c * plane + y * width + x;
          const center = byteAt(before, at);
          let sum = 4 * center;
          for (let line = at - width - 1; line <= at + width - 1; line += width) {
            sum += byteAt(before, line) + byteAt(before, line + 1) + byteAt(before, line + 2);
          }
          const smooth = Math.round(sum / 13);
          const value = smooth + (center - smooth) * factor;
          image[at] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
        }
      }
    }
  };
}
