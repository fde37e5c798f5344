import type { ImageShape } from "@downhill/optim/image";
import { byteAt } from "../bytes.ts";

/** Changes the tones of an image in place, by a strength whose meaning depends on the function. */
export type ChangeTones = (image: Uint8Array, factor: number) => void;

/** A byte for each byte. Assigned numbers are rounded and clamped to 0 to 255. */
const table = new Uint8ClampedArray(256);

/** Replaces the bytes from `from` to below `to` by their bytes in the table. */
function throughTable(image: Uint8Array, from = 0, to = image.length): void {
  for (let i = from; i < to; i++) image[i] = table[byteAt(image, i)] as number;
}

/** Multiplies all bytes by a factor: 1 changes nothing, 0 gives black. */
export const brightness: ChangeTones = (image, factor) => {
  for (let value = 0; value < 256; value++) table[value] = value * factor;
  throughTable(image);
};

/** Scales the difference from the mean brightness by a factor: 1 changes nothing, 0 gives uniform gray. */
export const contrast =
  (shape: ImageShape): ChangeTones =>
  (image, factor) => {
    const mean = Math.round(meanLuma(image, shape));
    for (let value = 0; value < 256; value++) table[value] = mean + (value - mean) * factor;
    throughTable(image);
  };

/** Scales the difference from each pixel's gray by a factor: 1 changes nothing, 0 gives a gray image. */
export const saturation =
  ([channels, height, width]: ImageShape): ChangeTones =>
  (image, factor) => {
    if (channels === 1) return;
    const plane = height * width;
    for (let i = 0; i < plane; i++) {
      const gray = lumaAt(image, i, plane);
      for (let at = i; at < 3 * plane; at += plane) image[at] = clamp(gray + (byteAt(image, at) - gray) * factor);
    }
  };

/** Inverts all bytes from the threshold on. */
export const solarize: ChangeTones = (image, threshold) => {
  for (let value = 0; value < 256; value++) table[value] = value >= threshold ? 255 - value : value;
  throughTable(image);
};

/** Keeps the given number of upper bits of each byte. */
export const posterize: ChangeTones = (image, bits) => {
  const mask = 0xff & (0xff << (8 - bits));
  for (let i = 0; i < image.length; i++) image[i] = byteAt(image, i) & mask;
};

/** Stretches each channel to the whole range from black to white. */
export const autoContrast =
  ([channels, height, width]: ImageShape) =>
  (image: Uint8Array): void => {
    const plane = height * width;
    for (let start = 0; start < channels * plane; start += plane) {
      let [least, most] = [255, 0];
      for (let i = start; i < start + plane; i++) {
        least = Math.min(least, byteAt(image, i));
        most = Math.max(most, byteAt(image, i));
      }
      if (most <= least) continue;
      for (let value = least; value <= most; value++) table[value] = ((value - least) * 255) / (most - least);
      throughTable(image, start, start + plane);
    }
  };

/** Equalizes the histogram of each channel, as Pillow's `ImageOps.equalize`. */
export const equalize = ([channels, height, width]: ImageShape): ((image: Uint8Array) => void) => {
  const plane = height * width;
  const counts = new Int32Array(256);
  return (image) => {
    for (let start = 0; start < channels * plane; start += plane) {
      counts.fill(0);
      for (let i = start; i < start + plane; i++) (counts[byteAt(image, i)] as number)++;
      let last = 255;
      while (counts[last] === 0) last--;
      const step = Math.floor((plane - (counts[last] as number)) / 255);
      if (step === 0) continue;
      let sum = step >> 1;
      counts.forEach((count, value) => {
        table[value] = Math.floor(sum / step);
        sum += count;
      });
      throughTable(image, start, start + plane);
    }
  };
};

/** Returns the brightness of a pixel as the eye perceives it, by ITU-R BT.601. */
const lumaAt = (image: Uint8Array, at: number, plane: number): number =>
  0.299 * byteAt(image, at) + 0.587 * byteAt(image, at + plane) + 0.114 * byteAt(image, at + 2 * plane);

function meanLuma(image: Uint8Array, [channels, height, width]: ImageShape): number {
  const plane = height * width;
  let sum = 0;
  for (let i = 0; i < plane; i++) sum += channels === 1 ? byteAt(image, i) : lumaAt(image, i, plane);
  return sum / plane;
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value + 0.5);
