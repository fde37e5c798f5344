import type { ImageShape } from "@downhill/optim/image";

/** Returns the number of values of a shape: of an image's pixels, or of a target. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** Returns a shape in words: `28x28 gray`, `32x32 color`. */
export const showShape = ([channels, height, width]: ImageShape): string =>
  `${width}x${height} ${channels === 1 ? "gray" : "color"}`;
