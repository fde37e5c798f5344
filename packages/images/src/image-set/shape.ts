import type { ImageShape } from "@downhill/optim/image";

/** Returns the number of bytes of one image. */
export const sizeOf = ([channels, height, width]: ImageShape): number => channels * height * width;

/** Returns a shape in words: `28x28 gray`, `32x32 color`. */
export const showShape = ([channels, height, width]: ImageShape): string =>
  `${width}x${height} ${channels === 1 ? "gray" : "color"}`;
