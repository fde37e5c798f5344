import type { ImageShape } from "@downhill/optim/image";

/** Changes an image's tones, where it is, by a strength whose meaning each has for itself. */
export type ChangeTones = (image: Uint8Array, factor: number) => void;

/** Rounds, and keeps within bytes, whatever is assigned. */
const table = new Uint8ClampedArray(256);

const throughTable = (image: Uint8Array): void => {
  for (let i = 0; i < image.length; i++) image[i] = table[image[i] as number] as number;
};

/** Times a factor; 1 changes nothing, 0 is black. */
export const brightness: ChangeTones = (image, factor) => {
  for (let value = 0; value < 256; value++) table[value] = value * factor;
  throughTable(image);
};

/** Away from the mean brightness by a factor; 1 changes nothing, 0 is all grey. */
export const contrast =
  (shape: ImageShape): ChangeTones =>
  (image, factor) => {
    const mean = Math.round(meanLuma(image, shape));
    for (let value = 0; value < 256; value++) table[value] = mean + (value - mean) * factor;
    throughTable(image);
  };

/** Away from each pixel's grey by a factor; 1 changes nothing, 0 is a grey image. Grey images stay what they are. */
export const saturation =
  ([channels, height, width]: ImageShape): ChangeTones =>
  (image, factor) => {
    if (channels === 1) return;
    const plane = height * width;
    for (let i = 0; i < plane; i++) {
      const [red, green, blue] = [image[i] as number, image[i + plane] as number, image[i + 2 * plane] as number];
      const grey = luma(red, green, blue);
      image[i] = clamp(grey + (red - grey) * factor);
      image[i + plane] = clamp(grey + (green - grey) * factor);
      image[i + 2 * plane] = clamp(grey + (blue - grey) * factor);
    }
  };

/** Inverts all that is at least as bright as the threshold. */
export const solarize: ChangeTones = (image, threshold) => {
  for (let value = 0; value < 256; value++) table[value] = value >= threshold ? 255 - value : value;
  throughTable(image);
};

/** Keeps so many of the upper bits of each byte. */
export const posterize: ChangeTones = (image, bits) => {
  const mask = 0xff & (0xff << (8 - bits));
  for (let i = 0; i < image.length; i++) image[i] = (image[i] as number) & mask;
};

/** Stretches each channel to the whole range from black to white. */
export const autoContrast =
  ([channels, height, width]: ImageShape) =>
  (image: Uint8Array): void => {
    const plane = height * width;
    for (let c = 0; c < channels; c++) {
      let [least, most] = [255, 0];
      for (let i = c * plane; i < (c + 1) * plane; i++) {
        least = Math.min(least, image[i] as number);
        most = Math.max(most, image[i] as number);
      }
      if (most <= least) continue;
      for (let value = least; value <= most; value++) table[value] = ((value - least) * 255) / (most - least);
      for (let i = c * plane; i < (c + 1) * plane; i++) image[i] = table[image[i] as number] as number;
    }
  };

/** Gives each channel every brightness about equally often, as Pillow's `ImageOps.equalize`. */
export const equalize = ([channels, height, width]: ImageShape): ((image: Uint8Array) => void) => {
  const plane = height * width;
  const counts = new Int32Array(256);
  return (image) => {
    for (let c = 0; c < channels; c++) {
      counts.fill(0);
      for (let i = c * plane; i < (c + 1) * plane; i++) (counts[image[i] as number] as number)++;
      let last = 255;
      while (counts[last] === 0) last--;
      const step = Math.floor((plane - (counts[last] as number)) / 255);
      if (step === 0) continue;
      let sum = step >> 1;
      for (let value = 0; value < 256; value++) {
        table[value] = Math.floor(sum / step);
        sum += counts[value] as number;
      }
      for (let i = c * plane; i < (c + 1) * plane; i++) image[i] = table[image[i] as number] as number;
    }
  };
};

/** Brightness of a colour as the eye sees it, by ITU-R BT.601. */
const luma = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue;

function meanLuma(image: Uint8Array, [channels, height, width]: ImageShape): number {
  const plane = height * width;
  let sum = 0;
  for (let i = 0; i < plane; i++) {
    const first = image[i] as number;
    sum += channels === 1 ? first : luma(first, image[i + plane] as number, image[i + 2 * plane] as number);
  }
  return sum / plane;
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value + 0.5);
