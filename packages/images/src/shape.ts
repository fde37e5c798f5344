import type { ImageShape } from "./types.ts";

/** Bytes of one image. */
export const sizeOf = ([channels, height, width]: ImageShape): number => channels * height * width;

/** As people write sizes: `28x28 grey`, `32x32 colour`. */
export const showShape = ([channels, height, width]: ImageShape): string =>
  `${width}x${height} ${channels === 1 ? "grey" : "colour"}`;
