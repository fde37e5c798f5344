import type { ImageShape } from "@downhill/optim/image";

/** Returns the number of bytes of one image. */
export const sizeOf = ([channels, height, width]: ImageShape): number => channels * height * width;

/** Returns a shape in words: `28x28 grey`, `32x32 colour`. */
export const showShape = ([channels, height, width]: ImageShape): string =>
  `${width}x${height} ${channels === 1 ? "grey" : "colour"}`;
