import type { ImageShape } from "@downhill/optim/image";
import type { ChangeTones } from "./tones.ts";

/**
 * Away from the image smoothed by [1 1 1; 1 5 1; 1 1 1] / 13, as Pillow's: 1 changes nothing, 0 is the smooth image, more
 * than 1 sharpens. The outermost pixels stay.
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
          let sum = 4 * (before[at] as number);
          for (let line = at - width - 1; line <= at + width - 1; line += width) {
            sum += (before[line] as number) + (before[line + 1] as number) + (before[line + 2] as number);
          }
          const smooth = Math.round(sum / 13);
          const value = smooth + ((before[at] as number) - smooth) * factor;
          image[at] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
        }
      }
    }
  };
}
